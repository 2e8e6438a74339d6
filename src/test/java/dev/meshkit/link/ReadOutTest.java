package dev.meshkit.link;

import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.runtime.Clocks;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.PlayedCall;
import dev.meshkit.transport.PlayedRoad;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadTimes;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * T34: while a peer does not know yet that its own stream has taken the place of ours, it talks on
 * ours; so that one is read until it is quiet, but not for ever, and no more of it than of any.
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

  /** One that a test moves alone. */
  private Clocks clocks() {
    return new Clocks(Clocks.system().wall(), () -> Instant.EPOCH.plus(ahead.get()));
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
    // but not for longer than half the time of a hand-over: what it has said then has to be read
    ahead.set(MOST.dividedBy(2).plus(SLOW));
    arrives(call, "fourth");
    await().atMost(PATIENCE).until(call::isHalfClosed);
    arrives(call, "fifth");
    // nor that for longer than all of it
    ahead.set(MOST.plus(SLOW));
    arrives(call, "sixth");
    reading.join();
    assertEquals(Status.Code.CANCELLED, call.stream().ended().orElseThrow().getCode());
  }

  /** T33, T34: a peer has no more to say on a stream that was left than on any other. */
  @ParameterizedTest
  @EnumSource(names = {"STREAM", "ELECT"})
  void ofAStreamThatWasLeftNoMoreIsTakenThanAPeerMaySay(Family family) throws Exception {
    // given a stream on which a peer has said as much as it may at once, when it is left
    var played = new PlayedRoad(dialler.roads().to(B).orThrow(), Host.hello(B), true);
    var life = Life.open(dialler.context, played.road(), family).orThrow();
    var running = Thread.ofVirtual().start(() -> run(life));
    for (var i = 0; i < Outgoing.MAX_FRAMES; i++) played.call().arrive("frame " + i);
    await().atMost(PATIENCE).until(() -> dialler.heard.size() == Outgoing.MAX_FRAMES);
    life.retire();
    running.join();
    // when it says more on it, then that is dropped and counted
    var reading = Thread.ofVirtual().start(life::readOut);
    for (var i = 0; i < 10; i++) played.call().arrive("too much " + i);
    played.call().over(Status.OK);
    reading.join();
    assertEquals(Outgoing.MAX_FRAMES, dialler.heard.size());
    var dropped = "meshkit_stream_drops_total{family=\"" + family + "\",reason=\"rate\"} 10.0";
    assertTrue(dialler.meters.scrape().contains(dropped));
  }

  private static void run(Life life) {
    try {
      life.run();
    } catch (InterruptedException never) {
      Thread.currentThread().interrupt(); // nobody interrupts this thread
    }
  }

  private void arrives(PlayedCall call, String frame) {
    call.arrive(frame);
    await().atMost(PATIENCE).until(() -> dialler.heard.contains("STREAM " + frame));
  }
}
