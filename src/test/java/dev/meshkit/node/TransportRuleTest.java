package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import dev.meshkit.gate.Committed;
import dev.meshkit.gate.Entry;
import dev.meshkit.gate.RecordId;
import dev.meshkit.gate.Rollout;
import dev.meshkit.transport.RoadMode;
import dev.meshkit.transport.RoadPolicy;
import dev.meshkit.transport.RoadPolicy.Window;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** G25, T36: what is committed of the transport, as links go by it. */
class TransportRuleTest {
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final NodeId N4 = NodeId.of("us", "n4");
  private static final NodeId N5 = NodeId.of("us", "n5");
  private static final RoadPolicy NOTHING = RoadPolicy.of(RoadMode.AUTO);

  private static Committed entry(int version, int min, int max, Rollout rollout) {
    var entry = new Entry("meshkit::transport::us", version, min, max, rollout, 1);
    return new Committed(entry, new RecordId(1, 1, 2));
  }

  private static TransportRule us(Committed by) {
    return new TransportRule(NOTHING, Map.of("us", by));
  }

  /** T36: nothing was ever committed: version 2 alone, and no legacy port. */
  @Test
  void withoutAnEntryVersion2IsAllThereIs() {
    var policy = new TransportRule(NOTHING, Map.of()).policy();
    assertEquals(OptionalInt.of(2), policy.version(N4, N5));
    assertFalse(policy.window("us").holds(1));
  }

  @Test
  void aRegionsLinksRunWhatIsCommittedAndThoseIntoAnotherWhatBothPermit() {
    var policy = us(entry(1, 1, 2, Rollout.complete(2))).policy();
    assertEquals(OptionalInt.of(1), policy.version(N4, N5));
    assertEquals(OptionalInt.of(2), policy.version(N1, N4), "eu permits 2 alone");
    assertTrue(policy.window("us").holds(1));
    assertFalse(policy.window("eu").holds(1));
  }

  /** What the file has served stays so where an entry changes no version, until it is retired. */
  @Test
  void anEntryThatChangesNoVersionClosesNoPort() {
    var served = new RoadPolicy(RoadMode.AUTO, Map.of("us", new Window(1, 2, 2)));
    var frozen = entry(2, 1, 2, new Rollout(2, 10_000, List.of(), List.of(), true));
    var rule = new TransportRule(served, Map.of("us", frozen));
    assertEquals(new Window(1, 2, 2), rule.policy().window("us"));
    assertEquals(Window.ONLY_CURRENT, us(frozen).policy().window("us"));
    var retired = new TransportRule(served, Map.of("us", entry(2, 2, 2, Rollout.complete(2))));
    assertEquals(Window.ONLY_CURRENT, retired.policy().window("us"));
  }

  /** After the old version is retired the port is closed. */
  @Test
  void aRetiredVersionIsNotServed() {
    var policy = us(entry(2, 2, 2, Rollout.complete(2))).policy();
    assertEquals(Window.ONLY_CURRENT, policy.window("us"));
  }

  /**
   * T36: a freeze of a change that had no entry commits one that permits version 1, which nobody
   * runs and no rollback goes to: the port stays closed, and links of a region that does run it
   * come in as before.
   */
  @Test
  void aVersionThatNobodyRunsOrWouldGoBackToIsNotServed() {
    var frozen = new Rollout(2, Rollout.ALL, List.of(), List.of(), true);
    var idle = us(entry(2, 1, 2, frozen)).policy();
    assertEquals(Window.ONLY_CURRENT, idle.window("us"));
    var eu = new Entry("meshkit::transport::eu", 1, 1, 2, Rollout.complete(2), 1);
    var legacy = new Committed(eu, new RecordId(1, 1, 2));
    var both = Map.of("eu", legacy, "us", entry(2, 1, 2, frozen));
    var pair = new TransportRule(NOTHING, both).policy();
    var without = new TransportRule(NOTHING, Map.of("eu", legacy)).policy();
    assertEquals(without.version(N1, N4), pair.version(N1, N4));
    assertEquals(OptionalInt.of(2), pair.version(N1, N4));
    assertEquals(OptionalInt.of(1), pair.version(N1, NodeId.of("eu", "n2")));
    var there = us(entry(1, 1, 2, Rollout.complete(2))).policy();
    assertEquals(new Window(1, 2, 1), there.window("us"));
    var back = us(entry(2, 1, 2, Rollout.complete(1))).policy();
    assertEquals(new Window(1, 2, 2), back.window("us"), "it may be rolled back to");
    var old = us(entry(1, 1, 2, Rollout.complete(1))).policy();
    assertEquals(new Window(1, 2, 1), old.window("us"));
    var later = us(entry(3, 1, 3, Rollout.complete(3))).policy();
    assertEquals(Window.ONLY_CURRENT, later.window("us"), "this build can serve none of it");
  }

  /** G1: each link by its own bucket, the same whichever end asks. */
  @Test
  void aPartialRolloutSplitsTheLinks() {
    var half = new Rollout(2, 5_000, List.of(), List.of(), false);
    var policy = us(entry(1, 1, 2, half)).policy();
    var seen = new HashSet<OptionalInt>();
    for (var i = 0; i < 40; i++) {
      var peer = NodeId.of("us", "m" + i);
      assertEquals(policy.version(N4, peer), policy.version(peer, N4));
      seen.add(policy.version(N4, peer));
    }
    assertEquals(2, seen.size(), seen::toString);
    var named = new Rollout(2, 0, List.of("us/n4|*"), List.of(), false);
    var pilot = us(entry(1, 1, 2, named)).policy();
    assertEquals(OptionalInt.of(1), pilot.version(N4, N5));
    assertEquals(OptionalInt.of(2), pilot.version(N5, NodeId.of("us", "n6")));
  }

  /** G5: links stay on the road they have; and a node that has none yet opens none. */
  @Test
  void whatThisBuildCannotRunChangesNoRoad() {
    var known = entry(1, 1, 2, Rollout.complete(2));
    var foreign = entry(3, 1, 3, Rollout.complete(1));
    var kept = us(known).next(Map.of("us", foreign));
    assertEquals(us(known), kept);
    var started = new TransportRule(NOTHING, Map.of()).next(Map.of("us", foreign)).policy();
    assertEquals(OptionalInt.empty(), started.version(N4, N5));
    assertEquals(OptionalInt.of(2), started.version(N1, NodeId.of("eu", "n2")));
    // half of the way there the other half still runs what this build has
    var half = new Rollout(2, 0, List.of(), List.of(), false);
    assertTrue(TransportRule.isForeign(entry(3, 1, 3, half).entry()));
    assertFalse(TransportRule.isForeign(entry(2, 1, 3, half).entry()));
    // and what it can run again it follows
    var back = entry(2, 1, 3, Rollout.complete(3));
    assertEquals(us(back), kept.next(Map.of("us", back)));
  }
}
