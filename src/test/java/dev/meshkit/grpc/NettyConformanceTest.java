package dev.meshkit.grpc;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.net.InetSocketAddress;

/** T1 over grpc-netty: the yardstick of the cases themselves. */
class NettyConformanceTest extends ConformanceCases {
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

  private static NettyServerBuilder builder(int port) {
    return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port));
  }

  @Override
  ManagedChannel dial(int port) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }
}
