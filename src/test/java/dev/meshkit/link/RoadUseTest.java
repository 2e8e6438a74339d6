package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.RoadMode;
import dev.meshkit.transport.RoadTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** T34: a road is used as long as anything is open or asked on it, and idle from then on. */
@Timeout(120)
class RoadUseTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void aRoadOnWhichAQuestionWaitsIsNotIdle() throws Exception {
    // given a node that keeps idle roads for a moment, and a question that is not answered yet
    var times = RoadTimes.DEFAULTS.withIdle(Duration.ofMillis(100));
    var a = lab.node(A, lab.ca.node(A), options -> options.withTimes(times));
    var b = lab.node(B);
    var c = lab.node(NodeId.of("us", "c"));
    assertEquals(b.id, a.links.greet(b.links.local()).orThrow());
    var asked = new FutureTask<>(() -> a.links.sync(B, Lab.HOLD, LONG));
    Thread.ofVirtual().start(asked);
    await().until(() -> b.held.get() == 1);
    // when another road, made later, has been idle for too long
    assertEquals(c.id, a.links.greet(c.links.local()).orThrow());
    await().until(() -> !a.links.dialled().containsKey(c.id));
    // then the first is there, and the answer comes
    assertTrue(a.links.dialled().containsKey(B));
    b.unhang();
    assertTrue(asked.get().isOk());
    await().until(() -> a.links.dialled().equals(Map.of()));
  }

  /**
   * T29, Q32: a road on which nothing is open may be dead for as long as nobody uses it, and its
   * channel would go on dialling where the peer was. The first who finds it so ends it, and the
   * next is dialled where the peer is.
   */
  @ParameterizedTest
  @EnumSource(
      value = RoadMode.class,
      names = {"H3", "H2"})
  void aRoadToWhereThePeerIsNoMoreIsLeftByWhoeverFindsThat(RoadMode mode) throws Exception {
    // given an idle road to a peer that has stopped, and starts again on another port
    var a = lab.node(A, lab.ca.node(A), options -> options.withMode(mode));
    var before = lab.node(B, lab.ca.node(B), options -> options.withMode(mode));
    assertEquals(B, a.links.greet(before.links.local()).orThrow());
    before.close();
    var there = lab.node(B, lab.ca.node(B), options -> options.withMode(mode));
    a.want(there);
    // when somebody has something for it
    var first = a.links.deliver(B);
    // then either that road is gone or another has its place: what comes next arrives
    if (!first.isOk()) assertFalse(a.links.dialled().containsKey(B), first::toString);
    try (var delivery = first.isOk() ? first.orThrow() : a.links.deliver(B).orThrow()) {
      assertTrue(delivery.send(Bytes.utf8("one")));
      assertEquals("receipt for one", delivery.receive().orElseThrow().utf8());
    }
  }

  /**
   * Issue 5: over HTTP/2 nobody else would look for a peer that froze for 12 s, where nothing but a
   * question waits.
   */
  @Test
  void whileOnlyAQuestionWaitsOverHttp2ItsPeerIsAskedForASignOfLife() throws Exception {
    // given a road without a stream, and a question that is not answered yet
    var a = lab.node(A, lab.ca.node(A), options -> options.withMode(RoadMode.H2));
    var b = lab.node(B, lab.ca.node(B), options -> options.withMode(RoadMode.H2));
    assertEquals(b.id, a.links.greet(b.links.local()).orThrow());
    var asked = new FutureTask<>(() -> a.links.sync(B, Lab.HOLD, LONG.multipliedBy(60)));
    Thread.ofVirtual().start(asked);
    await().until(() -> b.held.get() == 1);
    // then the peer is asked on and on, and the question goes on
    var before = b.questions();
    await().until(() -> b.questions() >= before + 3);
    assertFalse(asked.isDone());
    b.unhang();
    assertTrue(asked.get().isOk());
  }

  @Test
  void whatWasOpenOnlyForAMomentCountsAsUse() throws Exception {
    var clocks = new Clocks(Clocks.system().wall(), () -> Instant.EPOCH.plus(ahead.get()));
    try (var host = new Host(lab, B);
        var dialler = new Dialler(lab, host, RoadTimes.DEFAULTS, clocks)) {
      var road = dialler.roads().to(B).orThrow();
      ahead.set(Duration.ofSeconds(3));
      assertEquals(Duration.ofSeconds(3), road.idle());
      // a delivery
      var delivery = road.open(Family.DELIVER, Host.hello(A)).orThrow().stream();
      ahead.set(Duration.ofSeconds(4));
      assertEquals(Duration.ZERO, road.idle());
      delivery.close();
      ahead.set(Duration.ofSeconds(6));
      assertEquals(Duration.ofSeconds(2), road.idle());
      // a question
      assertTrue(road.sync(Bytes.utf8("x"), LONG).isOk());
      ahead.set(Duration.ofSeconds(7));
      assertEquals(Duration.ofSeconds(1), road.idle());
    }
  }
}
