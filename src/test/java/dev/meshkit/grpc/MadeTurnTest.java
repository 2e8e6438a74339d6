package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T23, §6: what a loop writes by itself, outside a read turn and without a command, makes a turn as
 * well. The probes of 64 silent calls are such writes.
 */
@Timeout(60)
class MadeTurnTest {
  private static final int CALLS = 64;

  /** Never answers. */
  private static final class Silent extends ProbeGrpc.ProbeImplBase {
    final CountDownLatch arrived = new CountDownLatch(CALLS);

    @Override
    public void unary(Ask ask, StreamObserver<Answer> out) {
      arrived.countDown();
    }
  }

  @Test
  void probesOfManyCallsLeaveTogether() throws Exception {
    var silent = new Silent();
    try (var mesh = new Meshless()) {
      var server = mesh.start(mesh.server().addService(silent));
      try (var client =
              new RawClient(Meshless.addressOf(server), mesh.ca.identity(Meshless.CLIENT));
          var datagrams = Datagrams.of(server)) {
        var streams = new ArrayList<RawClient.Stream>();
        for (var i = 0; i < CALLS; i++) streams.add(client.open());
        // all requests are read in one go, so that all probes are due at once
        HeldLoop.during(
            datagrams.socket().eventLoop(),
            () -> {
              for (var stream : streams) {
                stream.headers(RawClient.head("Unary")).data(new byte[5]).fin();
              }
              client.run(() -> {}); // all of it has left
            });
        HeldLoop.await(silent.arrived);
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> streams.stream().allMatch(one -> one.read.contains("unknown 64")));
        // of those in one pass, all; and the requests were read within few passes
        assertTrue(
            datagrams.mostTogether() >= CALLS / 4, () -> "at most " + datagrams.mostTogether());
      }
    }
  }

  /** Who joins while no turn runs gets one: its socket is flushed without anybody else's doing. */
  @Test
  void whoJoinsOutsideATurnIsFlushedSoon() throws Exception {
    var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try (loops) {
      var loop = loops.next();
      var commands = new Commands(loop, new Tallies());
      var flushes = new AtomicInteger();
      var socket =
          new EmbeddedChannel(
              commands,
              new ChannelInboundHandlerAdapter() {
                @Override
                public void channelReadComplete(ChannelHandlerContext ctx) {
                  flushes.incrementAndGet();
                }
              });
      var before = flushes.get();
      var turn = new SendTurn(null, commands); // of no connection: it only leaves
      loop.submit(() -> commands.join(turn, socket.pipeline().context(commands))).get();
      loop.submit(() -> {}).get(); // what it scheduled has run
      assertEquals(before + 1, flushes.get());
    }
  }
}
