package dev.meshkit.grpc;

import io.grpc.ManagedChannelBuilder;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.inprocess.InProcessSocketAddress;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** What the conformance cases run over, unchanged (T1). */
enum TransportUnderTest {
  /** Ours. */
  HTTP_3 {
    @Override
    ServerBuilder<?> server(SocketAddress at) {
      return Http3ServerBuilder.forAddress(at).tls(Known.SERVER.key(), Known.SERVER.trust());
    }

    @Override
    ManagedChannelBuilder<?> channel(SocketAddress to) {
      return Http3ChannelBuilder.forAddress("127.0.0.1", road((InetSocketAddress) to))
          .tls(Known.CLIENT.key(), Known.CLIENT.trust());
    }

    // the server's own port, or that of a bad path to it for as long as we run
    private int road(InetSocketAddress to) {
      if (!Boolean.getBoolean(ConformanceRun.LOSSY)) return to.getPort();
      try {
        var server = new InetSocketAddress("127.0.0.1", to.getPort());
        return new UdpPath(server, new UdpPath.Weather(1, 50, 10)).port();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  },

  /** Ours with the callbacks on the event loops. */
  HTTP_3_DIRECT {
    @Override
    ServerBuilder<?> server(SocketAddress at) {
      return HTTP_3.server(at).directExecutor();
    }

    @Override
    ManagedChannelBuilder<?> channel(SocketAddress to) {
      return HTTP_3.channel(to).directExecutor();
    }
  },

  /** The yardstick of the cases themselves. */
  NETTY {
    @Override
    ServerBuilder<?> server(SocketAddress at) {
      return NettyServerBuilder.forAddress(at);
    }

    @Override
    ManagedChannelBuilder<?> channel(SocketAddress to) {
      return NettyChannelBuilder.forAddress(to).usePlaintext();
    }
  },

  /**
   * grpc's own, between two objects of one process. It has no wire: metadata and messages change
   * hands as objects. So it has no message sizes to limit, no encodings to negotiate and nothing to
   * compress, sends reserved metadata along, and counts messages instead of bytes for flow control.
   * Cases about those say {@link ConformanceBed#needsWire}.
   */
  IN_PROCESS {
    @Override
    ServerBuilder<?> server(SocketAddress at) {
      return InProcessServerBuilder.forAddress(at);
    }

    @Override
    ManagedChannelBuilder<?> channel(SocketAddress to) {
      return InProcessChannelBuilder.forAddress(to);
    }

    @Override
    SocketAddress anywhere() {
      return new InProcessSocketAddress(InProcessServerBuilder.generateName());
    }
  };

  /** A builder of servers at an address. */
  abstract ServerBuilder<?> server(SocketAddress at);

  /** A builder of channels to a server. */
  abstract ManagedChannelBuilder<?> channel(SocketAddress to);

  /** Whether it is ours. */
  boolean isOurs() {
    return this == HTTP_3 || this == HTTP_3_DIRECT;
  }

  /** An address for a new server. */
  SocketAddress anywhere() {
    return new InetSocketAddress("127.0.0.1", 0);
  }

  /** Where a running server is. */
  static SocketAddress at(Server server) {
    return server.getListenSockets().getFirst();
  }

  /** Who the two ends of our transport are. */
  private static final class Known {
    private static final TestCa CA = TestCa.named("conformance");
    static final TlsIdentity SERVER = CA.identityOf(Meshless.SERVER);
    static final TlsIdentity CLIENT = CA.identityOf(Meshless.CLIENT);
  }
}
