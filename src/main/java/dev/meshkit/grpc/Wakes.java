package dev.meshkit.grpc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The lanes to wake after a turn of an event loop. Many at once are woken by one virtual thread,
 * the dispatcher: within the scheduler's own pool that costs a fraction of what it costs from
 * outside, where each would be a system call.
 *
 * <p>Confined to the event loop, but for the dispatcher.
 */
final class Wakes {
  private static final System.Logger LOG = System.getLogger(Wakes.class.getName());

  private final Tallies tallies;
  private List<Lane> batch = new ArrayList<>();
  private boolean gathering;
  private boolean closed;
  private @Nullable Dispatcher dispatcher;

  Wakes(Tallies tallies) {
    this.tallies = tallies;
  }

  /** From now on lanes wait for {@link #handOut}. */
  void gather() {
    gathering = true;
  }

  boolean isGathering() {
    return gathering;
  }

  /** Has a lane run what was put on it: after the turn, or at once if none runs. */
  void add(Lane lane) {
    if (gathering && !lane.isDirect()) {
      batch.add(lane);
    } else {
      lane.wake();
    }
  }

  /** Wakes who was added. */
  void handOut() {
    gathering = false;
    if (batch.isEmpty()) return;
    if (batch.size() == 1 || closed) {
      tallies.woke(batch.size());
      for (var lane : batch) wake(lane);
      batch.clear();
      return;
    }
    if (dispatcher == null) dispatcher = new Dispatcher();
    if (dispatcher.give(batch)) tallies.woke(1);
    batch = new ArrayList<>(batch.size());
  }

  /** An application's executor may throw anything; the other lanes are woken all the same. */
  private static void wake(Lane lane) {
    try {
      lane.wake();
    } catch (RuntimeException | Error failure) {
      LOG.log(System.Logger.Level.ERROR, "a lane cannot be woken; the others are", failure);
    }
  }

  /** Lets the dispatcher end, once it has woken everybody. */
  void close() {
    closed = true;
    if (dispatcher != null) dispatcher.end();
  }

  /** Parks until there are lanes to wake. No wake-up is lost: see {@link ThreadLane}. */
  private static final class Dispatcher {
    private final ConcurrentLinkedQueue<List<Lane>> batches = new ConcurrentLinkedQueue<>();
    private final Thread thread =
        Thread.ofVirtual().name("meshkit-grpc-dispatcher").unstarted(this::loop);
    private volatile boolean parked;
    private volatile boolean ended;

    Dispatcher() {
      thread.start();
    }

    /** Whether it had to be woken for these. */
    boolean give(List<Lane> lanes) {
      batches.add(lanes);
      if (!parked) return false;
      LockSupport.unpark(thread);
      return true;
    }

    void end() {
      ended = true;
      LockSupport.unpark(thread);
    }

    private void loop() {
      while (true) {
        var lanes = batches.poll();
        if (lanes != null) {
          for (var lane : lanes) wake(lane);
        } else if (ended) {
          return;
        } else {
          parked = true;
          if (batches.isEmpty() && !ended) LockSupport.park(this);
          parked = false;
        }
      }
    }
  }
}
