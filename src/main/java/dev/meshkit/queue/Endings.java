package dev.meshkit.queue;

import dev.meshkit.api.Result;
import dev.meshkit.store.Commitment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Who waits for a task to be acknowledged or dead. Thread-safe; in memory only. */
final class Endings {
  /** Waiters at a time; one more has to poll the tables. */
  private static final int LIMIT = 65_536;

  private final Map<Long, Ending> waited = new ConcurrentHashMap<>();
  private final Semaphore places = new Semaphore(LIMIT);
  private final LostEnds lost = new LostEnds();
  private volatile boolean closed;

  private static final class Ending {
    private final java.util.concurrent.CountDownLatch over =
        new java.util.concurrent.CountDownLatch(1);
    private volatile Optional<Settled> how = Optional.empty(); // empty: nobody will know
    private int waiters; // guarded by the map's bin: changed in compute only
  }

  /** The task ends as {@code how}, if this transaction does. */
  void ends(Commitment tx, long seq, Settled how) {
    lost.add(tx, seq, how);
    tx.tell(() -> end(seq, how));
  }

  /** The same of many at once, which were acknowledged. */
  void ends(Commitment tx, List<Long> seqs, Settled how) {
    tx.tell(() -> seqs.forEach(seq -> end(seq, how)));
  }

  private void end(long seq, Settled how) {
    var ending = waited.remove(seq);
    if (ending == null) return;
    ending.how = Optional.of(how);
    ending.over.countDown();
  }

  /** One that died so is removed from the dead, and lives no more under its number. */
  void removed(Commitment tx, long seq, Settled.Dead how) {
    lost.removed(tx, seq, how);
  }

  /** How a task ended that no table tells of; see {@link LostEnds#of}. */
  Result<Settled> lost(TaskId id) {
    return lost.of(id);
  }

  /** A look at the tables, for a task that ended before anyone waited. */
  interface Look {
    Optional<Result<Settled>> now() throws InterruptedException;
  }

  /** Sends home whoever waits: no end will be heard of any more. */
  void close() {
    closed = true; // first this: whoever comes looks the other way round
    waited.values().forEach(ending -> ending.over.countDown());
  }

  /** Blocks until the task ends; empty when {@code wait} is over or too many wait already. */
  Optional<Result<Settled>> await(long seq, Duration wait, Look look) throws InterruptedException {
    if (!places.tryAcquire()) return look.now();
    try {
      var ending = waited.compute(seq, (_, old) -> joined(old));
      try {
        var before = look.now();
        if (before.isPresent() || closed) return before;
        var _ = ending.over.await(wait.toNanos(), TimeUnit.NANOSECONDS);
        return ending.how.map(Result::ok);
      } finally {
        waited.computeIfPresent(seq, (_, old) -> old == ending && --old.waiters == 0 ? null : old);
      }
    } finally {
      places.release();
    }
  }

  private static Ending joined(@org.jspecify.annotations.Nullable Ending old) {
    var ending = old == null ? new Ending() : old;
    ending.waiters++;
    return ending;
  }
}
