package dev.meshkit.grpc;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.BeforeAll;

/** T1 over HTTP/3. */
class Http3ConformanceTest extends ConformanceCases {
  private static TlsIdentity serverIdentity;
  private static TlsIdentity clientIdentity;

  @BeforeAll
  static void certificates() throws Exception {
    var ca = new TestCa("conformance");
    serverIdentity = ca.identity("spiffe://test/region/eu/node/server");
    clientIdentity = ca.identity("spiffe://test/region/eu/node/client");
  }

  @Override
  Server serve(ProbeService service, ServerInterceptor interceptor, int maxMessageBytes)
      throws Exception {
    return builder(0)
        .addService(service)
        .intercept(interceptor)
        .maxInboundMessageSize(maxMessageBytes)
        .build()
        .start();
  }

  @Override
  Server serveOn(int port) throws Exception {
    return builder(port).addService(service).build().start();
  }

  private static Http3ServerBuilder builder(int port) {
    return Http3ServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
        .tls(serverIdentity.key(), serverIdentity.trust());
  }

  @Override
  ManagedChannel dial(int port) {
    return Http3ChannelBuilder.forAddress("127.0.0.1", port)
        .tls(clientIdentity.key(), clientIdentity.trust())
        .build();
  }
}
