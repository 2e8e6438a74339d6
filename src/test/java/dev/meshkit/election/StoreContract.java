package dev.meshkit.election;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * V20: what a voter's disk must keep, and what a fence protects on it, whether it is the tables of
 * a store or the simulator's model of them. What the model is better at than the tables, no seed
 * can find.
 */
public abstract class StoreContract {
  protected static final NodeId ANN = NodeId.of("eu", "ann");
  protected static final NodeId BOB = NodeId.of("eu", "bob");
  protected static final Scope SCOPE = Scope.region("eu");

  /** What Ann's process begins with that never took part before. */
  protected abstract Place begin() throws Exception;

  /** Where Ann keeps what she must not forget. */
  public interface Place extends AutoCloseable {
    /** What her process found when it began. */
    Durable found();

    /** Writes her state; whether she was told that it is durable. */
    boolean save(Durable next) throws Exception;

    /** Whatever is begun from now on fails, until she is killed. */
    void fail() throws Exception;

    /** Her process is killed, and another begins on what it left. */
    void kill() throws Exception;

    /** A leader changes what fences protect; whether it was let. */
    boolean change(Fence fence, long value) throws Exception;

    /** What fences protect, 0 at first. */
    long value() throws Exception;

    @Override
    void close() throws Exception;
  }

  /** E2, S1, S2: (term, nobody) is a state of its own, and a vote is kept as it was given. */
  @Test
  void aTermInWhichNobodyHasTheVoteIsKept() throws Exception {
    try (var place = begin()) {
      for (var voted : List.of(NodeId.NOBODY, BOB, ANN, NodeId.NOBODY)) {
        var next = after(place.found(), place.found().term() + 3, voted);
        assertTrue(place.save(next));
        place.kill();
        assertEquals(next, place.found());
      }
    }
  }

  /** E3, S4: of a write that failed nobody is told that it is durable, and what was there is. */
  @Test
  void aWriteThatFailsIsNotTakenForDone() throws Exception {
    try (var place = begin()) {
      var before = after(place.found(), 7, BOB);
      assertTrue(place.save(before));
      place.fail();
      assertFalse(place.save(after(before, 8, ANN)), "told that a failed write is durable");
      place.kill();
      assertEquals(before, place.found());
    }
  }

  /** E20, S5: by generation, then term; a leader as often as it likes, who is deposed never. */
  @Test
  void equalAndNewerFencesPassAndOlderOnesDoNot() throws Exception {
    try (var place = begin()) {
      for (var fence : List.of(of(1, 7), of(1, 7), of(1, 9), of(2, 1), of(2, 1)))
        assertTrue(place.change(fence, fence.term()), fence::text);
      for (var old : List.of(of(1, 9), of(1, Long.MAX_VALUE), of(2, 0)))
        assertFalse(place.change(old, 0), old::text);
      assertTrue(place.change(of(2, 2), 0), "a refused fence has moved the guard");
    }
  }

  /** E20, S5: fence and change are one transaction: what is refused changes nothing. */
  @Test
  void whatAFenceRefusesChangesNothing() throws Exception {
    try (var place = begin()) {
      place.change(of(1, 9), 90);
      place.change(of(1, 8), 80);
      assertEquals(90, place.value());
    }
  }

  /** E12, S13: the record that was known to be committed is known after a restart. */
  @Test
  void aViewIsKeptOverARestart() throws Exception {
    try (var place = begin()) {
      var first = place.found();
      for (var version = 2; version <= 3; version++) {
        var seen = first.record().as(new RecordId(5, version));
        var next = new Durable(5, BOB, seen.as(new RecordId(5, version + 1)), seen, first.cap());
        assertTrue(place.save(next));
        place.kill();
        assertEquals(seen, place.found().view());
        assertEquals(next.record(), place.found().record());
      }
    }
  }

  /** What of this fails where no test runner looks: in a world with a bug in it. */
  protected final String breaches() throws Exception {
    return Breaches.of(
        this::aTermInWhichNobodyHasTheVoteIsKept,
        this::aWriteThatFailsIsNotTakenForDone,
        this::equalAndNewerFencesPassAndOlderOnesDoNot,
        this::whatAFenceRefusesChangesNothing,
        this::aViewIsKeptOverARestart);
  }

  private static Durable after(Durable before, long term, NodeId voted) {
    var cap = before.cap().plus(Duration.ofMillis(1));
    return new Durable(term, voted, before.record(), before.view(), cap);
  }

  private static Fence of(int generation, long term) {
    return new Fence(SCOPE, generation, term);
  }
}
