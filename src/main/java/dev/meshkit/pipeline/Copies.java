package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshError.Retry;
import dev.meshkit.api.Result;
import java.time.Instant;
import java.util.List;

/** One outlet of a broadcast: what it got, what it lost, and whether it is still there. */
final class Copies<T> {
  private final Outlet<T> outlet;
  private Broadcasted.State state = Broadcasted.State.LIVE; // guarded by this
  private long given; // guarded by this
  private long dropped; // guarded by this
  private List<Result<T>> owed = List.of(); // guarded by this
  private Instant fullSince = Instant.MAX; // the broadcast's thread

  Copies(Outlet<T> outlet) {
    this.outlet = outlet;
  }

  boolean parks() {
    return outlet.rule().kind() == Outlet.Kind.PARK;
  }

  synchronized boolean isLive() {
    return state == Broadcasted.State.LIVE;
  }

  synchronized Broadcasted.Fate<T> fate() {
    return new Broadcasted.Fate<>(outlet.inlet().name(), state, given, dropped, owed);
  }

  /** When its patience ends; {@link Instant#MAX} while it has room. */
  Instant due() {
    if (fullSince.equals(Instant.MAX) || !isLive()) return Instant.MAX;
    return Timing.after(fullSince, outlet.rule().patience());
  }

  /** The next element, before anybody was given it. */
  synchronized void owes(Result<T> one) {
    if (state == Broadcasted.State.LIVE) owed = List.of(one);
  }

  /** Gives it what it is owed, by its rule. Interrupted, it is still owed. */
  void give(Instant now) throws InterruptedException {
    if (!isLive()) return;
    var one = fate().owed().getFirst();
    var inlet = outlet.inlet();
    switch (outlet.rule().kind()) {
      case PARK -> settle(inlet.deliver(one), 0);
      case DROP_OLDEST -> {
        var lost = inlet.force(one);
        settle(true, lost);
      }
      case DROP_NEWEST -> {
        var taken = inlet.offerResult(one);
        settle(taken, taken ? 0 : 1);
      }
      case DETACH -> {
        if (!inlet.isOverfull()) fullSince = Instant.MAX;
        var taken = inlet.offerResult(one) || squeezed(one, now);
        settle(taken, 0);
        if (!taken && !inlet.isClosed()) detach();
        check(now);
      }
    }
  }

  /** Detaches it if it has been full for too long. */
  void check(Instant now) {
    if (!outlet.inlet().isOverfull()) fullSince = Instant.MAX;
    if (isLive() && !now.isBefore(due())) detach();
  }

  private boolean squeezed(Result<T> one, Instant now) {
    if (!outlet.inlet().squeeze(one)) return false;
    if (fullSince.equals(Instant.MAX)) fullSince = now;
    return true;
  }

  private synchronized void settle(boolean taken, int lost) {
    owed = List.of();
    if (outlet.inlet().isClosed()) {
      state = Broadcasted.State.CLOSED;
      return;
    }
    if (taken) given++;
    dropped += lost;
  }

  private synchronized void detach() {
    state = Broadcasted.State.DETACHED;
    outlet
        .inlet()
        .fail(
            MeshError.of(
                "error.broadcast.slow",
                "following a broadcast on '" + outlet.inlet().name() + "'",
                "it was full for " + outlet.rule().patience().toMillis() + " ms, or twice over",
                "read faster, give it more room, or let it drop",
                Retry.SAFE));
  }
}
