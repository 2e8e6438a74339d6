package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T18: a server that takes connections and serves none of them is not dialled without end. */
@Timeout(60)
class RestraintTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private static final OpenStreams.Use FEW = new OpenStreams.Use(31, 0);
  private static final OpenStreams.Use MANY = new OpenStreams.Use(32, 0);

  private final Restraint restraint = new Restraint(Chance.seeded(5));

  /** At once the first time, and then as between dials that fail. */
  @Test
  void connectionsThatDoNotLastAreDialledLessAndLessOften() {
    for (var round = 0; round < 50; round++) {
      assertEquals(Duration.ZERO, restraint.afterEnd(false, FEW));
      for (var k = 0; k < 12; k++) {
        var most = Duration.ofMillis(Math.min(10_000, 100L << k));
        var pause = restraint.afterEnd(false, FEW);
        assertTrue(pause.isPositive() && pause.compareTo(most) <= 0, pause + " of " + most);
      }
      switch (round % 3) {
        case 0 -> restraint.forget();
        case 1 -> assertEquals(Duration.ZERO, restraint.afterEnd(true, FEW), "settled");
        default -> assertEquals(Duration.ZERO, restraint.afterEnd(false, MANY), "aged by use");
      }
    }
  }

  @Test
  void aConnectionIsLeftForItsRejectionsLessAndLessOften() {
    var left = new ArrayList<Long>();
    for (var second = 100L; second < 500; second++) {
      if (restraint.leaves(second * SECOND)) left.add(second - 100);
    }
    assertEquals(List.of(0L, 5L, 15L, 35L, 75L, 155L, 235L, 315L, 395L), left);
    assertFalse(restraint.leaves(574 * SECOND));
    assertTrue(restraint.leaves(700 * SECOND), "long after the last rejection");
    assertFalse(restraint.leaves(704 * SECOND));
    assertTrue(restraint.leaves(705 * SECOND), "the first pause is the shortest again");
  }

  /** A server that is full as a whole has no more room for whoever dials again. */
  @Test
  void whereEveryConnectionRejectsCallsOneIsKept() throws Exception {
    var most = connectionsOf(RestraintTest::reject, Duration.ofMillis(3_500));
    assertTrue(most.made() <= 2 + most.time().dividedBy(Duration.ofSeconds(5)), most::toString);
  }

  /** With pauses of 50 ms, 100 ms and so on at a mean there are six or so in two seconds. */
  @Test
  void aServerThatSendsEachConnectionAwayIsNotDialledForEachCall() throws Exception {
    var many = connectionsOf(stream -> RawServer.goAway(stream.parent(), 0), Duration.ofSeconds(2));
    assertTrue(many.made() < 20 + 2 * many.time().toSeconds(), many::toString);
  }

  private static void reject(QuicStreamChannel stream) {
    var code = Http3ErrorCode.H3_REQUEST_REJECTED.code();
    var _ = stream.shutdownOutput(code);
    var _ = stream.shutdownInput(code);
  }

  private record Dialled(int made, Duration time) {}

  /** How many connections one has that calls again and again, for so long, and is never served. */
  private static Dialled connectionsOf(Consumer<QuicStreamChannel> refusal, Duration time)
      throws Exception {
    try (var mesh = new Meshless();
        var server =
            new RawServer(
                mesh.ca.identity(Meshless.SERVER),
                new RawServer.Manners("h3", _ -> {}, (stream, _) -> refusal.accept(stream)))) {
      // a machine that is quick wears a connection out by what is rejected on it: not the point
      // here
      var lasting = Lifetime.ofDialled().withAbandoned(Long.MAX_VALUE);
      var channel = mesh.open(mesh.channel(server.port()).lifetime(lasting));
      var stub = ProbeGrpc.newBlockingStub(channel);
      var clock = Clocks.system().monotonic();
      var from = clock.instant();
      while (Duration.between(from, clock.instant()).compareTo(time) < 0) {
        var failure =
            assertThrows(
                StatusRuntimeException.class,
                () -> stub.withDeadlineAfter(20, TimeUnit.SECONDS).unary(Ask.getDefaultInstance()));
        assertEquals(Status.Code.UNAVAILABLE, failure.getStatus().getCode());
      }
      return new Dialled(server.connections.get(), Duration.between(from, clock.instant()));
    }
  }
}
