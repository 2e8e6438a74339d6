package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Result;
import java.nio.file.Path;
import java.time.Duration;
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
