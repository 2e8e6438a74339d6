package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Result;
import dev.meshkit.store.Commitment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Q21, Q27: how a task ended of which no table tells anything, for who asks only afterwards: what
 * was given up is not taken for acknowledged.
 */
@Timeout(60)
class LostEndsTest {
  private static final Audit BY = new Audit("ana", "enough");

  @TempDir Path directory;

  @Test
  void bothQueuesTellWhatBecameOfWhatIsGone() throws Exception {
    for (var bed :
        List.of(Bed.durable(directory, QueueOptions.of("q")), Bed.memory(QueueOptions.of("q")))) {
      try (bed) {
        var life = Duration.ofSeconds(5);
        var superseded = bed.enqueue(LANE, "a", TaskOptions.DEFAULTS.withCoalesceKey("k")).id();
        var done = bed.enqueue(LANE, "b", TaskOptions.DEFAULTS.withCoalesceKey("k")).id();
        bed.settle(bed.lease(), Ack.plain());
        var dropped =
            bed.enqueue(LANE, "c", TaskOptions.DEFAULTS.withTtl(life, OnExpiry.DROP)).id();
        bed.clocks().advance(life);
        assertEquals(List.of(), bed.leaseNow(9));
        var canceled = bed.enqueue("d");
        bed.queue().cancel(TaskFilter.ALL, BY).orThrow();
        assertEquals(Result.ok(new Settled.Superseded()), ended(bed, superseded));
        assertEquals(Result.ok(new Settled.Done()), ended(bed, done));
        assertEquals(Result.ok(new Settled.Dead(0, Reason.EXPIRED)), ended(bed, dropped));
        assertEquals(Result.ok(new Settled.Dead(0, Reason.OPERATOR)), ended(bed, canceled));
      }
    }
  }

  private static Result<Settled> ended(Bed bed, TaskId id) throws InterruptedException {
    return bed.queue().await(id, Duration.ZERO);
  }

  /** Beyond what is remembered no end is guessed, up to the highest that was forgotten. */
  @Test
  void howOneEndedThatIsNotRememberedIsNotKnown() {
    var ends = new LostEnds();
    var tx = new Open();
    ends.removed(tx, 9_999, died(1)); // as a purge of the newest first might
    for (var n = 2; n <= LostEnds.MOST; n++) ends.removed(tx, 10_000 + 2L * n, died(n));
    assertEquals(Result.ok(new Settled.Done()), ends.of(new TaskId(5)));
    ends.add(tx, 20_001, new Settled.Dead(0, Reason.OPERATOR));
    for (var seq : List.of(5L, 9_999L)) {
      var unknown = error(ends.of(new TaskId(seq)));
      assertEquals("error.not_found", unknown.code());
      assertTrue(unknown.why().contains("not known any more"), unknown::why);
    }
    assertEquals(Result.ok(new Settled.Done()), ends.of(new TaskId(10_003)));
    assertEquals(Result.ok(died(2)), ends.of(new TaskId(10_004)));
    ends.removed(tx, 6, died(9_000));
    assertEquals("error.not_found", error(ends.of(new TaskId(10_004))).code());
    // and what is put out last need not have the highest number
    for (var n = 0; n < LostEnds.MOST; n++) ends.removed(tx, 30_000 + n, died(10_000 + n));
    assertEquals("error.not_found", error(ends.of(new TaskId(10_003))).code());
  }

  /** What was given up without harm puts nothing out that was not, and passes for done. */
  @Test
  void whatWasGivenUpWithoutHarmMakesNothingDoubtful() {
    var ends = new LostEnds();
    var tx = new Open();
    ends.removed(tx, 1, died(1));
    ends.add(tx, 2, new Settled.Dropped());
    var late = new Settled.Dead(0, Reason.EXPIRED);
    ends.add(tx, 3, late);
    for (var n = 1; n < LostEnds.MOST; n++) ends.add(tx, 3 + n, new Settled.Superseded());
    assertEquals(Result.ok(late), ends.of(new TaskId(3)));
    ends.add(tx, 9_999, new Settled.Superseded());
    assertEquals(Result.ok(new Settled.Done()), ends.of(new TaskId(3)));
    assertEquals(Result.ok(died(1)), ends.of(new TaskId(1)));
    assertEquals(Result.ok(new Settled.Dropped()), ends.of(new TaskId(2)));
  }

  /** A removal that is rolled back has not happened: the task is among the dead, or comes back. */
  @Test
  void aRemovalThatIsRolledBackIsNotRemembered() {
    var ends = new LostEnds();
    var tx = new Open();
    ends.removed(tx, 1, died(1));
    assertEquals(Result.ok(died(1)), ends.of(new TaskId(1)));
    tx.undo.reversed().forEach(Runnable::run);
    assertEquals(Result.ok(new Settled.Done()), ends.of(new TaskId(1)));
  }

  private static Settled.Dead died(long did) {
    return new Settled.Dead(did, Reason.PERMANENT);
  }

  /** A transaction that a test ends. */
  private static final class Open implements Commitment {
    private final List<Runnable> undo = new ArrayList<>();

    @Override
    public void afterCommit(Runnable then) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void tell(Runnable then) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void onRollback(Runnable undone) {
      undo.add(undone);
    }
  }

  /** What is rolled back has not happened: who was not superseded after all is done. */
  @Test
  void whatIsRolledBackIsNotTold() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"))) {
      var options = TaskOptions.DEFAULTS.withCoalesceKey("k");
      var queue = fixture.queue();
      fixture.enqueue(Lane.of("eu/n3"), "other");
      var other = fixture.lease();
      var id = queue.enqueue(new TaskSpec<>(LANE, "t", Bytes.utf8("a"), options)).orThrow().id();
      var newer = new TaskSpec<>(LANE, "t", Bytes.utf8("b"), options);
      var undone =
          new Ack(
              tx -> {
                queue.enqueueIn(tx, newer);
                throw new IllegalStateException("no");
              });
      assertFalse(queue.settle(other, undone).isOk());
      queue.settle(fixture.lease(), Ack.plain()).orThrow();
      assertEquals(Result.ok(new Settled.Done()), queue.await(id, Duration.ZERO));
    }
  }
}
