package dev.meshkit.grpc;

import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Predicate;

/**
 * A channel's calls that wait for a stream, in the order in which they get one: first those that a
 * server has sent back, as they were, then those that have had none yet. Confined to the event
 * loop.
 */
final class WaitingCalls {
  private static final int MOST = 1_024;

  private final ArrayDeque<PendingCall> returned = new ArrayDeque<>();
  private final ArrayDeque<PendingCall> fresh = new ArrayDeque<>();
  private final Tallies tallies;
  private int told;

  WaitingCalls(Tallies tallies) {
    this.tallies = tallies;
  }

  boolean isEmpty() {
    return returned.isEmpty() && fresh.isEmpty();
  }

  /** A call that has had no stream yet; if there is no room for it, it has failed. */
  void add(PendingCall call) {
    if (size() >= MOST) forgetThoseWhoLeft();
    if (size() < MOST) {
      fresh.add(call);
    } else {
      call.stream()
          .fail(
              Status.RESOURCE_EXHAUSTED.withDescription(MOST + " calls wait for a stream already"));
    }
  }

  /** A call that had one, of which its server processed nothing. */
  void giveBack(PendingCall call) {
    returned.add(call);
  }

  /** Takes the next; there is one. */
  PendingCall next() {
    return returned.isEmpty() ? fresh.remove() : returned.remove();
  }

  /** Drops those that have ended meanwhile. */
  void forgetThoseWhoLeft() {
    returned.removeIf(call -> call.stream().isOver());
    fresh.removeIf(call -> call.stream().isOver());
  }

  /** Ends some of them. */
  void fail(Predicate<PendingCall> which, Status status) {
    for (var queue : List.of(returned, fresh)) {
      for (var call : List.copyOf(queue)) {
        if (!which.test(call)) continue;
        queue.remove(call);
        call.stream().fail(status);
      }
    }
  }

  /** Tells how many wait. Who only waits for the end of a step is not told of. */
  void tell() {
    if (size() != told) tallies.queued(size() - told);
    told = size();
  }

  /** How many wait. */
  int size() {
    return returned.size() + fresh.size();
  }
}
