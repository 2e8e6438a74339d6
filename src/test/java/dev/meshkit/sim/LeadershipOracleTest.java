package dev.meshkit.sim;

import static dev.meshkit.sim.Histories.illegal;
import static dev.meshkit.sim.Histories.legal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** V15: the oracles of how leadership is held and handed on fire when they must, and only then. */
@Tag(Histories.TAG)
class LeadershipOracleTest {
  private static final NodeId ANN = NodeId.of("eu", "ann");

  @Test
  void authorityRestsOnPromises() {
    legal(
        new AuthorityIsPromised(),
        new Sight.Backed(ANN, term(1), 1, 1),
        new Sight.Backed(ANN, term(1), 2, 3),
        new Sight.Backed(ANN, term(1), 3, 4));
    illegal(
        new AuthorityIsPromised(),
        new Sight.Backed(ANN, term(1), 3, 4),
        new Sight.Backed(ANN, term(1), 2, 4));
    illegal(new AuthorityIsPromised(), new Sight.Backed(ANN, term(1), 1, 3));
  }

  @Test
  void aTransferIsQuick() {
    legal(
        new TransferIsQuick(9),
        new Sight.Took(term(1), 0),
        new Sight.Handed(term(1), 5),
        new Sight.Took(term(2), 32),
        new Sight.Took(term(9), 99));
    illegal(new TransferIsQuick(9), new Sight.Handed(term(1), 5), new Sight.Took(term(2), 33));
    illegal(
        new TransferIsQuick(9),
        new Sight.Handed(term(1), 5),
        new Sight.Calm(List.of(), new TreeMap<>(), new TreeMap<>()));
    // what of a commit that took as long as hardly any ever does is within it
    var handed = new Sight.Handed(term(1), 15);
    var slow = new Sight.SlowDisk(ANN, 10, 20);
    legal(new TransferIsQuick(9), slow, handed, new Sight.Took(term(2), 47));
    illegal(new TransferIsQuick(9), slow, handed, new Sight.Took(term(2), 48));
    var before = new Sight.SlowDisk(ANN, 5, 15);
    illegal(new TransferIsQuick(9), before, handed, new Sight.Took(term(2), 43));
  }

  /** V19: L2 is judged of each run, and of what all of them measured. */
  @Test
  void transfersAreMeasured() {
    var oracle = new TransferIsQuick(10);
    legal(oracle, new Sight.Handed(term(1), 5), new Sight.Took(term(2), 16));
    var seen = new Coverage();
    assertEquals(
        List.of("VACUOUS: no transfer ‰ was measured"), Scenario.ELECTION_TRANSFER.excess(seen));
    oracle.measure(seen);
    assertEquals(1_100, seen.percentile(TransferIsQuick.TIME, 99));
    var wrong = Scenario.ELECTION_TRANSFER.excess(seen);
    assertTrue(wrong.getFirst().startsWith("LATE: transfer ‰"), wrong::toString);
    for (var i = 0; i < 100; i++) seen.measure(TransferIsQuick.TIME, 1_000);
    assertEquals(List.of(), Scenario.ELECTION_TRANSFER.excess(seen));
  }

  /** V19: L5 is counted from when a majority is up again, and judged in the same two ways. */
  @Test
  void aColdStartIsQuick() {
    var at = new long[1];
    var oracle = new ColdStartInTime(3, 10, () -> at[0]);
    var all = List.of(ANN, NodeId.of("eu", "bob"), NodeId.of("us", "cat"));
    all.forEach(node -> legal(oracle, new Sight.Started(node)));
    at[0] = 50; // nobody led, but nobody was cut off from power either
    all.forEach(node -> legal(oracle, new Sight.Stopped(node)));
    at[0] = 200;
    legal(oracle, new Sight.Started(ANN));
    at[0] = 900;
    legal(oracle, new Sight.Started(all.getLast()));
    at[0] = 930;
    legal(oracle, new Sight.Started(all.get(1)));
    var rest = new Sight.Authority(Scope.GLOBAL, List.of());
    at[0] = 931;
    illegal(oracle, rest);
    at[0] = 915;
    legal(oracle, new Sight.Took(term(2), 915), rest);
    at[0] = 999;
    legal(oracle, rest);
    var seen = new Coverage();
    oracle.measure(seen);
    assertEquals(1_500, seen.percentile(ColdStartInTime.TIME, 99));
    seen.measure(Takeovers.TIME, 1);
    var wrong = Scenario.ELECTION_FAILOVER.excess(seen);
    assertTrue(wrong.getFirst().startsWith("LATE: cold start ‰"), wrong::toString);
  }

  @Test
  void leadershipMovesRarely() {
    var apart = Seconds.of(300);
    legal(new RarelyMoved(), new Sight.Handed(term(1), 5), new Sight.Handed(term(3), 5 + apart));
    illegal(
        new RarelyMoved(), new Sight.Handed(term(1), 5), new Sight.Handed(term(3), 5 + apart / 2));
  }

  private static Fence term(long term) {
    return new Fence(Scope.GLOBAL, 1, term);
  }
}
