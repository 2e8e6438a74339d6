package dev.meshkit.grpc;

import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.handler.codec.quic.Quic;
import java.util.concurrent.atomic.AtomicInteger;

/** Says what it is that our transport runs on, in the JVM that it is started in. */
public final class ModuleProbe {
  private ModuleProbe() {}

  /** Prints a line for each. */
  public static void main(String... args) throws Exception {
    System.out.println("module " + ModuleProbe.class.getModule().getName());
    System.out.println("quic " + Quic.isAvailable());
    System.out.println("epoll " + Epoll.isAvailable());
    try (var mesh = new Meshless()) {
      var server = mesh.start(mesh.server().addService(new ProbeService()));
      var socket = ((Http3Server) server).socket().orElseThrow();
      System.out.println("socket " + socket.getClass().getSimpleName());
      var segmented = new AtomicInteger();
      socket.pipeline().addFirst(new Counting(segmented));
      var ask = Ask.newBuilder().setAnswers(60).setAnswerBytes(60_000).build();
      var stub = ProbeGrpc.newBlockingStub(mesh.open(mesh.channel(server)));
      var bytes = 0L;
      for (var answers = stub.download(ask); answers.hasNext(); ) {
        bytes += answers.next().getBody().size();
      }
      System.out.println("bytes " + bytes);
      System.out.println("segments " + (segmented.get() > 0));
    }
  }

  /** Counts packets that the kernel is to split (UDP GSO). */
  private static final class Counting extends ChannelOutboundHandlerAdapter {
    private final AtomicInteger segmented;

    Counting(AtomicInteger segmented) {
      this.segmented = segmented;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      if (message instanceof SegmentedDatagramPacket many && many.segmentSize() > 0) {
        segmented.incrementAndGet();
      }
      ctx.write(message, promise);
    }
  }
}
