package dev.meshkit.bench;

import dev.meshkit.grpc.TestCa;
import dev.meshkit.grpc.TlsIdentity;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Theirs: bidirectional calls of bytes over grpc-netty, HTTP/2 and BoringSSL. */
final class TheirDuplex extends DuplexSide {
  private static final int AHEAD = 16; // as ours asks for

  private static final MethodDescriptor<byte[], byte[]> METHOD =
      MethodDescriptor.<byte[], byte[]>newBuilder()
          .setFullMethodName("bench.Hub/Stream")
          .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
          .setRequestMarshaller(new Raw())
          .setResponseMarshaller(new Raw())
          .build();

  private final TestCa ca;
  private final byte[] frame;
  private final Server server;
  private final List<ManagedChannel> channels = new ArrayList<>();

  /** A hub whose peers send frames of so many bytes. */
  TheirDuplex(TestCa ca, int frameBytes) throws Exception {
    this.ca = ca;
    this.frame = new byte[frameBytes];
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .sslContext(RpcSide.context(identity("hub"), new LongAdder(), true))
            .addService(
                ServerServiceDefinition.builder("bench.Hub")
                    .addMethod(METHOD, (call, _) -> new Counting(call))
                    .build())
            .build()
            .start();
  }

  private TlsIdentity identity(String name) throws Exception {
    return ca.identity("spiffe://bench/region/eu/node/" + name);
  }

  /** Bytes as they are. */
  private static final class Raw implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try (stream) {
        return stream.readAllBytes();
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }
  }

  private final class Counting extends ServerCall.Listener<byte[]> {
    private final ServerCall<byte[], byte[]> call;

    Counting(ServerCall<byte[], byte[]> call) {
      this.call = call;
      call.request(AHEAD);
    }

    @Override
    public void onMessage(byte[] message) {
      arrived.increment();
      call.request(1);
    }
  }

  /** One call, and the thread that waits until it is ready. */
  private static final class Waiting extends ClientCall.Listener<byte[]> {
    private volatile Thread sender = Thread.currentThread();

    @Override
    public void onReady() {
      LockSupport.unpark(sender);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      LockSupport.unpark(sender);
    }

    void await(ClientCall<byte[], byte[]> call) throws InterruptedException {
      sender = Thread.currentThread();
      while (!call.isReady()) {
        LockSupport.park(this);
        if (Thread.interrupted()) throw new InterruptedException();
      }
    }
  }

  @Override
  Line open() throws Exception {
    var channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
            .sslContext(RpcSide.context(identity("p" + channels.size()), new LongAdder(), false))
            .build();
    channels.add(channel);
    var call = channel.newCall(METHOD, CallOptions.DEFAULT);
    var waiting = new Waiting();
    call.start(waiting, new Metadata());
    call.request(1);
    return () -> {
      waiting.await(call);
      call.sendMessage(frame);
    };
  }

  @Override
  public void close() throws InterruptedException {
    for (var channel : channels) RpcSide.end(channel);
    server.shutdownNow();
    RpcSide.awaitEnd(server);
  }
}
