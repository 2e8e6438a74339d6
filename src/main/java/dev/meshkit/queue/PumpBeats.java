package dev.meshkit.queue;

import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.runtime.Mailbox;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Keeps up all leases of a pump: one timer for all of them, in memory. A handler whose time is over
 * or whose lease is lost is interrupted; one that runs on although its lease is lost gives up its
 * place at the next beat, so that no handler can keep a pump from its work.
 *
 * <p>One platform thread; it sleeps for good while nothing runs.
 *
 * @param <T> what tasks carry
 */
final class PumpBeats<T> {
  private static final System.Logger LOG = System.getLogger(PumpBeats.class.getName());

  /** Until somebody begins a lease. */
  static final Duration NEVER = Duration.ofDays(365);

  private static final Duration MOST_PAUSE = Duration.ofSeconds(1);

  private final SafeTaskQueue<T> queue;
  private final Slots<T> slots;
  private final InstantSource monotonic;
  private final Duration lease;
  private final Duration third;
  private final Mailbox<Unit> wake;
  private final Rounds rounds;
  private volatile boolean idle;

  PumpBeats(SafeTaskQueue<T> queue, Slots<T> slots) {
    this.queue = queue;
    this.slots = slots;
    this.monotonic = queue.monotonic();
    this.lease = queue.options().leases().time();
    this.third = lease.dividedBy(3);
    this.wake = new Mailbox<>(1, monotonic); // a second wake-up says nothing new
    var pause = third.compareTo(MOST_PAUSE) < 0 ? third : MOST_PAUSE;
    this.rounds = new Rounds("keeping up leases of queue " + queue.options().name(), pause);
  }

  /** Runs until interrupted. */
  void run() {
    rounds.run(
        () -> {
          wake.take(monotonic.instant().plus(look()), Unit.UNIT);
          return true;
        });
  }

  /** A beat, if there is anything to keep up; how long until the next. */
  Duration look() {
    idle = true; // first say so, then look: whoever begins a lease looks the other way round
    var busy = !slots.busy().isEmpty();
    idle = !busy;
    return busy ? beat() : NEVER;
  }

  /** A lease has begun. */
  void begun() {
    if (idle) wake.offer(Unit.UNIT);
  }

  /** One beat for all; how long until the next. */
  synchronized Duration beat() {
    var pause = third;
    for (var slot : slots.busy()) {
      switch (queue.heartbeat(slot.lease())) {
        case Result.Ok<Duration>(var left) -> {
          slot.lasts(left.compareTo(lease) >= 0);
          if (left.compareTo(pause) < 0) pause = left;
        }
        case Result.Err<Duration> _ -> lost(slot);
      }
    }
    return pause;
  }

  private void lost(Slot<T> slot) {
    if (!slot.defies()) {
      slot.interrupt(slot.lasts() ? Slot.Cause.LOST : Slot.Cause.OVERRUN);
    } else if (slot.abandon()) {
      LOG.log(
          Level.WARNING,
          "a handler runs on although its lease is lost: task={0} kind={1} lane={2}",
          slot.lease().id(),
          slot.lease().kind(),
          slot.lease().lane());
      slots.free(slot);
    }
  }
}
