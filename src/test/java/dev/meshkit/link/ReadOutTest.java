package dev.meshkit.link;

import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.meshkit.runtime.Clocks;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.PlayedCall;
import dev.meshkit.transport.PlayedRoad;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadTimes;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T34: while a peer does not know yet that its own stream has taken the place of ours, it talks on
 * ours; so that one is read until it is quiet, but not for ever.
 */
@Timeout(120)
class ReadOutTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration SLOW = Duration.ofSeconds(15);
  private static final Duration MOST = Duration.ofSeconds(120);

  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
  private final Lab lab = new Lab();
  private final Host host = new Host(lab, B);
  private final Dialler dialler =
      new Dialler(lab, host, RoadTimes.DEFAULTS.withHandOver(MOST), clocks());

  @AfterEach
  void close() throws InterruptedException {
    dialler.close();
    host.close();
    lab.close();
  }

  private Clocks clocks() {
    var real = Clocks.system();
    return new Clocks(real.wall(), () -> real.monotonic().instant().plus(ahead.get()));
  }

  @Test
  void aStreamWhosePlaceIsTakenIsReadUntilItIsQuietForTwoRoundTrips() throws Exception {
    // given a path so slow that a moment proves nothing, and our stream, which the peer's replaced
    var played = new PlayedRoad(dialler.roads().to(B).orThrow(), Host.hello(B), true);
    dialler.context.history().live(B, RoadKind.H3, false);
    dialler.context.history().measured(B, SLOW);
    dialler.roads().keep(_ -> false); // nobody measures a quicker one
    var life = Life.open(dialler.context, played.road(), Family.STREAM).orThrow();
    var call = played.call();
    var reading = Thread.ofVirtual().start(life::readOut);
    // when it is never quiet for so long, then it is read for longer
    arrives(call, "first");
    ahead.set(SLOW.multipliedBy(3));
    arrives(call, "second");
    arrives(call, "third");
    assertFalse(call.isHalfClosed());
    // but not for longer than what is left has to be read
    ahead.set(MOST.plus(SLOW));
    arrives(call, "fourth");
    await().atMost(PATIENCE).until(call::isHalfClosed);
    arrives(call, "fifth");
    call.over(Status.OK);
    reading.join();
  }

  private void arrives(PlayedCall call, String frame) {
    call.arrive(frame);
    await().atMost(PATIENCE).until(() -> dialler.heard.contains("STREAM " + frame));
  }
}
