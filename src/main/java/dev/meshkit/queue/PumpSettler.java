package dev.meshkit.queue;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Settles what a pump's handlers have ended: all that waits in one transaction, and while that
 * commits the next batch gathers. A place is free once its lease is settled, so no more leases are
 * held than there are places. One platform thread.
 *
 * @param <T> what tasks carry
 */
final class PumpSettler<T> {
  private static final System.Logger LOG = System.getLogger(PumpSettler.class.getName());
  private static final Duration STORE_PAUSE = Duration.ofMillis(100);

  private final SafeTaskQueue<T> queue;
  private final Slots<T> slots;
  private final Rounds rounds;
  private final BlockingQueue<Slot.Ended<T>> ended = new LinkedBlockingQueue<>(); // <= the places
  private final Set<Slot<T>> again = new HashSet<>(); // what threw once; owned by the thread
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicInteger requeued = new AtomicInteger();
  private final AtomicInteger released = new AtomicInteger();

  PumpSettler(SafeTaskQueue<T> queue, Slots<T> slots) {
    this.queue = queue;
    this.slots = slots;
    this.rounds = new Rounds("settling tasks of queue " + queue.options().name(), STORE_PAUSE);
  }

  /** A handler has ended, or is no longer waited for. Never blocks. */
  void ended(Slot.Ended<T> one) {
    ended.add(one);
  }

  /** What was settled so far. */
  TaskQueuePump.Tally tally() {
    return new TaskQueuePump.Tally(done.get(), requeued.get(), released.get());
  }

  /** Runs until interrupted. */
  void run() {
    rounds.run(
        () -> {
          var batch = new ArrayList<Slot.Ended<T>>();
          batch.add(ended.take());
          ended.drainTo(batch);
          if (!isSettled(batch)) settleEach(batch);
          return true;
        });
  }

  private boolean isSettled(List<Slot.Ended<T>> batch) throws InterruptedException {
    if (batch.size() == 1) return false;
    try {
      var all = queue.settleAll(batch.stream().map(PumpSettler::settlement).toList());
      if (!(all instanceof Result.Ok<List<Settled>>(var settled))) return false;
      for (var i = 0; i < batch.size(); i++) over(batch.get(i), settled.get(i));
      return true;
    } catch (RuntimeException | Error thrown) {
      rounds.tell(thrown);
      return false; // one of them may be at fault
    }
  }

  /** One by one: application work that throws takes down the transaction it runs in. */
  private void settleEach(List<Slot.Ended<T>> batch) throws InterruptedException {
    for (var one : batch) {
      try {
        settle(one);
      } catch (RuntimeException | Error thrown) {
        rounds.tell(thrown);
        faulted(one, thrown);
      }
    }
  }

  private void settle(Slot.Ended<T> one) throws InterruptedException {
    switch (queue.settle(one.slot().lease(), one.said())) {
      case Result.Ok<Settled>(var settled) -> over(one, settled);
      case Result.Err<Settled>(var error) -> refused(one, error);
    }
  }

  /** Once more, for what it said is worth a try; a place is not held for ever by a fault. */
  private void faulted(Slot.Ended<T> one, Throwable thrown) throws InterruptedException {
    if (!again.add(one.slot())) {
      giveUp(one, QueueErrors.fault(rounds.what(), thrown));
      return;
    }
    ended.add(one);
    Thread.sleep(STORE_PAUSE);
  }

  private void refused(Slot.Ended<T> one, MeshError error) throws InterruptedException {
    if (queue.isOver() || error.code().equals("error.store.closed")) {
      giveUp(one, error);
    } else if (error.code().equals("error.store.op")) {
      failed(one, error);
    } else {
      ended.add(one); // nothing happened, and the lease is kept up meanwhile: it is tried again
      Thread.sleep(STORE_PAUSE);
    }
  }

  /** The store is well, but what the handler said cannot be done: its work threw, say. */
  private void failed(Slot.Ended<T> one, MeshError error) throws InterruptedException {
    var lease = one.slot().lease();
    switch (queue.settle(lease, new Disposition.Retry(error, Duration.ZERO))) {
      case Result.Ok<Settled>(var settled) -> over(one, settled);
      case Result.Err<Settled>(var worse) -> giveUp(one, worse);
    }
  }

  /** Its lease runs out, or the next start takes it back; charged either way. */
  private void giveUp(Slot.Ended<T> one, MeshError error) {
    var id = one.slot().lease().id();
    LOG.log(Level.WARNING, "task {0} could not be settled: {1}", id, error.text());
    free(one.slot());
  }

  private void over(Slot.Ended<T> one, Settled settled) {
    switch (settled) {
      case Settled.Done _, Settled.Dead _, Settled.Superseded _, Settled.Dropped _ ->
          done.incrementAndGet();
      case Settled.Requeued _ when one.said() instanceof Disposition.Release ->
          released.incrementAndGet();
      case Settled.Requeued _ -> requeued.incrementAndGet();
      case Settled.Stale _ -> {} // somebody else's task by now, counted by the queue
    }
    free(one.slot());
  }

  private void free(Slot<T> slot) {
    again.remove(slot);
    slots.free(slot);
  }

  private static <T> Settlement<T> settlement(Slot.Ended<T> one) {
    return new Settlement<>(one.slot().lease(), one.said());
  }
}
