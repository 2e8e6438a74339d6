package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshError.Retry;
import dev.meshkit.api.Result;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * One outlet of a broadcast: what it got, what it lost, and whether it is still there. Written by
 * the broadcast's thread alone, read by any.
 */
final class Copies<T> {
  private final Outlet<T> outlet;
  private final Outlet.Kind kind;
  private volatile Broadcasted.State state = Broadcasted.State.LIVE;
  private volatile long given;
  private volatile long dropped;
  private volatile List<Result<T>> owed = List.of();
  private Instant fullSince = Instant.MAX; // the broadcast's thread

  Copies(Outlet<T> outlet) {
    this.outlet = outlet;
    this.kind = outlet.rule().kind();
  }

  boolean parks() {
    return kind == Outlet.Kind.PARK;
  }

  boolean isLive() {
    return state == Broadcasted.State.LIVE;
  }

  Broadcasted.Fate<T> fate() {
    return new Broadcasted.Fate<>(outlet.inlet().name(), state, given, dropped, owed);
  }

  /** Whether it is full, so that its patience runs. */
  boolean isLate() {
    return !fullSince.equals(Instant.MAX) && isLive();
  }

  /** When its patience ends; {@link Instant#MAX} while it has room. */
  Instant due() {
    return isLate() ? Timing.after(fullSince, outlet.rule().patience()) : Instant.MAX;
  }

  /** What it is to be given, if it may have to be waited for: before anybody was given it. */
  void owes(List<Result<T>> one) {
    if (parks() && isLive()) owed = one;
  }

  /** Gives it an element, by its rule. Interrupted, it is still owed. */
  void give(Result<T> one, InstantSource monotonic) throws InterruptedException {
    if (!isLive()) return;
    var inlet = outlet.inlet();
    switch (kind) {
      case PARK -> {
        settle(inlet.deliver(one), 0);
        owed = List.of();
      }
      case DROP_OLDEST -> {
        var lost = inlet.force(one);
        settle(lost != Inlet.CLOSED, Math.max(0, lost));
      }
      case DROP_NEWEST -> {
        var taken = inlet.offerResult(one);
        settle(taken, taken || inlet.isClosed() ? 0 : 1);
      }
      case DETACH -> offer(one, monotonic);
    }
  }

  private void offer(Result<T> one, InstantSource monotonic) {
    var inlet = outlet.inlet();
    if (!inlet.isOverfull()) fullSince = Instant.MAX;
    var taken = inlet.offerResult(one) || squeezed(one, monotonic);
    settle(taken, 0);
    if (!taken && isLive()) detach();
    if (isLate()) check(monotonic.instant());
  }

  /** Lets it go if it was closed; detaches it if it has been full for too long. */
  void check(Instant now) {
    if (!isLive()) return;
    settle(false, 0); // it may have been closed while nothing came
    if (!outlet.inlet().isOverfull()) fullSince = Instant.MAX;
    if (isLive() && !now.isBefore(due())) detach();
  }

  private boolean squeezed(Result<T> one, InstantSource monotonic) {
    if (!outlet.inlet().squeeze(one)) return false;
    if (fullSince.equals(Instant.MAX)) fullSince = monotonic.instant();
    return true;
  }

  /** What it took counts, also where its reader has closed it since. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  private void settle(boolean taken, int lost) {
    if (taken) given++;
    dropped += lost;
    if (outlet.inlet().isClosed()) state = Broadcasted.State.CLOSED;
  }

  private void detach() {
    state = Broadcasted.State.DETACHED;
    outlet
        .inlet()
        .fail(
            MeshError.of(
                "error.broadcast.slow",
                "following a broadcast on '" + outlet.inlet().name() + "'",
                "it was full for " + Timing.millis(outlet.rule().patience()) + " ms, or twice over",
                "read faster, give it more room, or let it drop",
                Retry.SAFE));
  }
}
