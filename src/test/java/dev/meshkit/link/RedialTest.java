package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.transport.RoadMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * T31: how often a peer that cannot be reached is dialled, whoever wants to talk to it: before
 * attempt k after U(0, min(cap, 100 ms · 2^k)), with a cap of 10 s, 1 s for a fellow voter.
 */
@Timeout(120)
class RedialTest {
  /** Draws the longest pause there is. */
  private static final RandomGenerator LONGEST = () -> -1L;

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void pausesGrowToTheCapAndEndAtASignOfLife() {
    var pace = new Pace(() -> new Redial(B::equals).of(B));
    assertEquals(Duration.ZERO, pace.left(NOON));
    for (var ms : new long[] {200, 400, 800, 1_000, 1_000}) {
      pace.failed(NOON, LONGEST);
      assertEquals(ms, pace.left(NOON).plusNanos(1_000).toMillis());
    }
    assertEquals(Duration.ZERO, pace.left(NOON.plusSeconds(1)));
    pace.reset();
    assertEquals(Duration.ZERO, pace.left(NOON));
    pace.failed(NOON, LONGEST);
    assertEquals(200, pace.left(NOON).plusNanos(1_000).toMillis());
  }

  /**
   * Those whom one restarted node has left do not come back in one instant: in no tenth of the time
   * that a pause may take there are more than a quarter of them.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void thePeersOfARestartedNodeComeBackOneByOne(int failures) {
    var chance = Chance.seeded(failures);
    var tenths = new int[10];
    for (var peer = 0; peer < 100; peer++) {
      var pace = new Pace(() -> new Redial(B::equals).of(A));
      for (var i = 0; i < failures; i++) pace.failed(NOON, chance);
      var ceilingMs = Math.min(10_000, 100 << failures);
      var tenth = 10 * pace.left(NOON).toNanos() / (ceilingMs * 1_000_000L);
      tenths[(int) tenth]++;
    }
    for (var peers : tenths) assertTrue(peers > 0 && peers <= 25, () -> Arrays.toString(tenths));
  }

  @Test
  void othersThanFellowVotersWaitForTenSecondsInTheEnd() {
    var pace = new Pace(() -> new Redial(B::equals).of(A));
    for (var i = 0; i < 10; i++) pace.failed(NOON, LONGEST);
    assertEquals(10_000, pace.left(NOON).plusNanos(1_000).toMillis());
  }

  /** Voters find themselves while the node runs: who becomes one is dialled as one from then on. */
  @Test
  void whoBecomesAFellowVoterIsDialledAsOne() {
    var voters = new HashSet<NodeId>();
    var pace = new Pace(() -> new Redial(voters::contains).of(B));
    for (var i = 0; i < 10; i++) pace.failed(NOON, LONGEST);
    assertEquals(10_000, pace.left(NOON).plusNanos(1_000).toMillis());
    voters.add(B);
    pace.failed(NOON, LONGEST);
    assertEquals(1_000, pace.left(NOON).plusNanos(1_000).toMillis());
  }

  @Test
  void allThatWantToTalkToADeadFellowVoterShareItsDials() throws Exception {
    // given a Stream and an Elect that are to be opened to a fellow voter that is not there
    lab.chance = LONGEST;
    var a =
        lab.node(A, lab.ca.node(A), options -> options.withVoters(B::equals).withMode(RoadMode.H2));
    var nobody = new Endpoint("127.0.0.1", dev.meshkit.runtime.FreePort.of("127.0.0.1"));
    var monotonic = Clocks.system().monotonic();
    var began = monotonic.instant();
    a.links.want(Map.of(B, nobody));
    // when others ask for it without a pause, until it has been dialled five times
    while (a.dialsInVain() < 5) {
      a.links.sync(B, Bytes.utf8("table"), Duration.ofSeconds(1));
      a.links.deliver(B);
    }
    // then each of the four pauses was what it must be at least
    var took = Duration.between(began, monotonic.instant());
    assertTrue(took.toMillis() >= 200 + 400 + 800 + 1_000 - 1, took.toString());
  }

  @Test
  void aPeerThatIsBackIsReachedAtOnce() throws Exception {
    // given a peer that could not be reached five times, so that it is not dialled for 3 s
    lab.chance = LONGEST;
    var b = lab.node(B);
    var at = b.links.local();
    var a = lab.node(A, lab.ca.node(A), options -> options.withMode(RoadMode.H2));
    b.close();
    a.links.want(Map.of(B, at));
    await().until(() -> a.dialsInVain() >= 5);
    // when it is back and dials us
    var back = lab.node(B, lab.ca.node(B), options -> options.withListen(at).withGeneration(2));
    back.want(a);
    await().until(() -> a.links.up().contains(B));
    // then what waits for it gets a road without another pause
    assertTrue(a.links.sync(B, Bytes.utf8("table"), Duration.ofSeconds(5)).isOk());
  }
}
