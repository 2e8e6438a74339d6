package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** V15: the oracles of how leadership is held and handed on fire when they must, and only then. */
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
        new Sight.Took(term(2), 14),
        new Sight.Took(term(9), 99));
    illegal(new TransferIsQuick(9), new Sight.Handed(term(1), 5), new Sight.Took(term(2), 15));
    illegal(
        new TransferIsQuick(9),
        new Sight.Handed(term(1), 5),
        new Sight.Calm(List.of(), new TreeMap<>(), new TreeMap<>()));
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

  private static void legal(Oracle oracle, Sight... history) {
    for (var sight : history) assertEquals("", oracle.see(sight), sight::toString);
  }

  private static void illegal(Oracle oracle, Sight... history) {
    var last = history.length - 1;
    for (var i = 0; i < last; i++) assertEquals("", oracle.see(history[i]), oracle.name());
    assertFalse(oracle.see(history[last]).isEmpty(), oracle.name());
  }
}
