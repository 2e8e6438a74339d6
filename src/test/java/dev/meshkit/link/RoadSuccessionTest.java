package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.transport.ByteStream.Heard;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.RoadFailure;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadMode;
import dev.meshkit.transport.RoadPolicy;
import dev.meshkit.transport.RoadPolicy.Window;
import dev.meshkit.transport.RoadTimes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T34: whatever happens while one road takes the place of another, no stream stays on the one that
 * was left until it is cut, and none is cut before.
 */
@Timeout(120)
class RoadSuccessionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final RoadPolicy BOTH = policy(new Window(1, 2, 2));
  private static final RoadPolicy LEGACY = policy(new Window(1, 2, 1));

  private final Lab lab = new Lab();
  private final Host host = new Host(lab, B);

  @AfterEach
  void close() {
    lab.close();
    host.close();
  }

  private static RoadPolicy policy(Window eu) {
    return new RoadPolicy(RoadMode.AUTO, Map.of("eu", eu));
  }

  private Lab.Station dialler() {
    var a = lab.node(A);
    a.links.policy(BOTH).orThrow();
    return a;
  }

  /** That the Stream is where it should be, and was always somewhere. */
  private static void isOnLegacyWithoutABreak(Lab.Station a) {
    await().atMost(PATIENCE).until(() -> a.links.roads().equals(Map.of(B, RoadKind.LEGACY)));
    var history = a.links.peerRoads().get(B).history();
    assertEquals(
        List.of(),
        history.stream().filter(change -> change.to().equals(RoadHistory.NONE)).toList());
  }

  @Test
  void aStreamThatIsOpenedOnARoadThatIsLeftMeanwhileFollows() {
    // given a Stream that the peer answers only when another road has taken that one's place
    var a = dialler();
    var switched = new AtomicBoolean();
    host.refusal =
        family -> {
          if (family == Family.STREAM && switched.compareAndSet(false, true)) {
            a.links.policy(LEGACY).orThrow();
            await().until(() -> a.links.dialled().get(B) == RoadKind.LEGACY);
          }
          return Optional.empty();
        };
    // when it is wanted, then it is live there only for a moment
    a.links.want(Map.of(B, host.at()));
    isOnLegacyWithoutABreak(a);
  }

  /** T36: whoever hears of a version first looks again soon, not when its road is next due. */
  @Test
  void aRoadIsSwitchedSoonAfterThePeerHasSaidWhereItsLegacyPortIs() {
    // given a road that nothing is to be done about for 10 s, and a peer that is not told yet
    var at = lab.rumours.remove(B);
    var a = dialler();
    a.links.want(Map.of(B, host.at()));
    await().until(() -> a.links.up().contains(B));
    await().until(() -> a.links.peerRoads().get(B).roundTrip().isPresent());
    // when it is to switch, then it looks often, tells nobody that it cannot, and does
    a.links.policy(LEGACY).orThrow();
    await().atMost(Duration.ofSeconds(5)).until(() -> lab.sought.get() >= 3);
    lab.rumours.put(B, at);
    await().atMost(Duration.ofSeconds(5)).until(() -> a.links.dialled().get(B) == RoadKind.LEGACY);
    isOnLegacyWithoutABreak(a);
    var what = a.news.stream().map(RoadNews::what).toList();
    assertEquals(List.of(RoadNews.What.LEGACY), what);
  }

  /** T36: what failed before, and for how long nobody would dial therefore, is of no account. */
  @Test
  void aPeerThatSaysWhereItsLegacyPortIsIsDialledThereAtOnce() throws Exception {
    try (var dialler = new Dialler(lab, host)) {
      var roads = dialler.roads();
      assertEquals(RoadKind.H3, roads.to(B).orThrow().kind());
      var slot = roads.find(B).orElseThrow();
      RandomGenerator longest = () -> -1;
      for (var i = 0; i < 10; i++) slot.pace.failed(Clocks.system().monotonic().instant(), longest);
      dialler.legacy = lab.rumours.get(B);
      roads.succession().served(B); // not where it is to be reached
      assertTrue(roads.untilDial(B).isPositive());
      dialler.version = RoadPolicy.LEGACY;
      roads.succession().served(B);
      await().atMost(Duration.ofSeconds(5)).until(() -> roads.dialled().get(B) == RoadKind.LEGACY);
    }
  }

  @Test
  void aStreamThatIsRefusedOnceWhereItShouldMoveMovesAllTheSame() {
    // given a live Stream
    var a = dialler();
    a.links.want(Map.of(B, host.at()));
    await().until(() -> a.links.up().contains(B));
    // when it is to move, and the peer refuses it once
    var refused = new AtomicBoolean();
    var why = MeshError.unavailable("take a stream", "it is planted", "ask again");
    host.refusal =
        family ->
            family == Family.STREAM && refused.compareAndSet(false, true)
                ? Optional.of(why)
                : Optional.empty();
    a.links.policy(LEGACY).orThrow();
    // then it has moved long before what it was on is closed
    isOnLegacyWithoutABreak(a);
    assertTrue(refused.get());
  }

  @Test
  void whatFailsOnARoadThatWasLeftCutsNothingElseThere() throws Exception {
    // given a delivery on a road whose place another has taken
    try (var dialler = new Dialler(lab, host)) {
      var left = dialler.roads().to(B).orThrow();
      var delivery = left.open(Family.DELIVER, Host.hello(A)).orThrow().stream();
      var slot = dialler.roads().slots().getFirst();
      dialler.roads().succession().replace(slot, left, RoadSuccession.Cause.AGED);
      assertTrue(left.isRetired());
      // when something else has failed there
      dialler.roads().discard(left);
      // then the delivery goes on to its end
      assertTrue(delivery.send(Bytes.utf8("one")));
      var there = host.stream(Family.DELIVER).orElseThrow();
      assertEquals(new Heard.Frame(Bytes.utf8("one")), there.receive(PATIENCE));
    }
  }

  /** T27: nor is it kept, empty, until it is idle for long, and taken for a way to the peer. */
  @Test
  void aRoadWhoseCallsAreRefusedForAnIdentityIsNoneAndNoOtherIsDialled() throws Exception {
    var times = RoadTimes.DEFAULTS.withIdle(Duration.ofHours(1));
    var a = lab.node(A, lab.ca.node(A), options -> options.withTimes(times));
    var why = MeshError.unavailable("let you in", "your certificate is not good", "get another");
    var refused = ConcurrentHashMap.<Family>newKeySet();
    host.refusal =
        family -> {
          refused.add(family);
          return Optional.of(why.with("mk", "MK-TLS-007"));
        };
    a.links.want(Map.of(B, host.at()));
    await().atMost(PATIENCE).until(() -> !refused.isEmpty() && a.links.dialled().isEmpty());
    await().atMost(PATIENCE).until(() -> a.news.stream().anyMatch(this::isBlocked));
    var dials = a.count("meshkit_dials_total{result=\"OK\",road=\"H3\"}");
    var asked = assertInstanceOf(Result.Err.class, a.links.deliver(B)).error();
    assertEquals("MK-TLS-007", asked.details().get("mk"), asked.text());
    assertEquals(dials, a.count("meshkit_dials_total{result=\"OK\",road=\"H3\"}"));
    assertEquals("BLOCKED", a.links.peerRoads().get(B).history().getLast().to());
  }

  private boolean isBlocked(RoadNews news) {
    return news.equals(new RoadNews(RoadNews.What.BLOCKED, B, "IDENTITY", "MK-TLS-007"));
  }

  /** T31: nothing new can be opened there, and nobody waits until it is idle for long. */
  @Test
  void aLegacyConnectionThatIsLeavingIsNoRoadOnceNothingIsOpenThere() throws Exception {
    // given a legacy road without a stream, which is kept for long
    var times = RoadTimes.DEFAULTS.withIdle(Duration.ofHours(1));
    var a = lab.node(A, lab.ca.node(A), options -> options.withTimes(times));
    a.links.policy(LEGACY).orThrow();
    assertTrue(a.links.sync(B, Bytes.utf8("x"), PATIENCE).isOk());
    assertEquals(Map.of(B, RoadKind.LEGACY), a.links.dialled());
    // when its peer wants it to go elsewhere, then it is none any more
    host.leaveLegacy();
    await().atMost(PATIENCE).until(() -> a.links.dialled().isEmpty());
  }

  /** Design §11: within 5 s; the road is as before for whatever else is open there. */
  @Test
  void aPeerThatNeverAnswersAHelloCostsThatStreamAlone() throws Exception {
    var patience = new CountDownLatch(1);
    host.refusal =
        family -> {
          if (family == Family.STREAM) {
            await().atMost(PATIENCE).until(() -> patience.getCount() == 0);
          }
          return Optional.empty();
        };
    try (var dialler = new Dialler(lab, host)) {
      var road = dialler.roads().to(B).orThrow();
      var silent =
          assertInstanceOf(Result.Err.class, road.open(Family.STREAM, Host.hello(A))).error();
      assertTrue(silent.why().contains("no Hello in 5 s"), silent::text);
      assertFalse(RoadFailure.isOfRoad(silent), silent::text);
      assertTrue(road.open(Family.DELIVER, Host.hello(A)).isOk());
    } finally {
      patience.countDown();
    }
  }

  /** T28: a bug of ours while HTTP/3 is tried costs that road, and nothing else. */
  @Test
  void aBugInTheClimbCostsTheRoadAlone() throws Exception {
    // given a road over HTTP/2, beside which HTTP/3 is to be tried for the second time
    var times = RoadTimes.DEFAULTS.withRetry(Duration.ofMillis(100), Duration.ofMillis(100));
    try (var path = new Crossing(host.at());
        var dialler = new Dialler(lab, host, times, Clocks.system())) {
      path.cutUdp();
      var tried = new AtomicInteger();
      dialler.whereabouts = path::at;
      var road = dialler.roads().to(B).orThrow();
      assertEquals(RoadKind.H2, road.kind());
      // when that meets a bug
      dialler.whereabouts =
          () -> {
            tried.incrementAndGet();
            throw new IllegalStateException("planted");
          };
      // then the road is given up, and is not there to be stuck on
      await().atMost(PATIENCE).until(() -> dialler.roads().dialled().isEmpty());
      assertEquals(1, tried.get());
      // and the next one is as good as any
      dialler.whereabouts = path::at;
      assertTrue(dialler.roads().to(B).orThrow().sync(Bytes.utf8("x"), PATIENCE).isOk());
    }
  }
}
