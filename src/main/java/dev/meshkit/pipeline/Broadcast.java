package dev.meshkit.pipeline;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/**
 * One flow to several outlets: each live one gets every element, all in one order. What happens
 * when one has no room is its own {@link Outlet.Rule}; a slow one delays nobody else, unless its
 * rule is to park everyone. Runs on the caller's thread and starts none.
 *
 * <ul>
 *   <li><b>Who waits</b>: the caller, for the source, and for outlets that park; nobody for the
 *       others.
 *   <li><b>At the bound</b>: each outlet's {@link Outlet.Rule}: all wait, the oldest or the newest
 *       is dropped, or the outlet goes.
 *   <li><b>Cancelled</b>: interrupted, it ends and the interrupt stays set; what parked outlets
 *       were still to get is in {@link Broadcasted.Fate#owed}.
 *   <li><b>Lost</b>: what a rule drops, counted by outlet; what an outlet misses that was detached
 *       or closed.
 * </ul>
 *
 * @param <T> an element
 */
public final class Broadcast<T> {
  /** How long nothing may come before it looks whether its outlets are still there. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Source<T> source;
  private final List<Copies<T>> copies; // the parking ones last: the others need not wait for them
  private final InstantSource monotonic;

  private Broadcast(Source<T> source, List<Outlet<T>> outlets, InstantSource monotonic) {
    this.source = source;
    this.monotonic = monotonic;
    var all = outlets.stream().map(Copies::new).toList();
    this.copies =
        Stream.concat(all.stream().filter(one -> !one.parks()), all.stream().filter(Copies::parks))
            .toList();
  }

  /** To these outlets. */
  @SafeVarargs
  @SuppressWarnings("varargs") // copied at once
  public static <T> Broadcast<T> of(Source<T> source, Outlet<T>... outlets) {
    return of(source, List.of(outlets), Timing.system().monotonic());
  }

  /** The same by a given clock. */
  public static <T> Broadcast<T> of(
      Source<T> source, List<Outlet<T>> outlets, InstantSource monotonic) {
    return new Broadcast<>(source, outlets, monotonic);
  }

  /**
   * Runs until the source has ended, every outlet is gone (noticed within a second while the source
   * is quiet), or the caller is interrupted; then the interrupt stays set. A source that throws
   * gives every outlet one {@code Err(error.source)} and has ended. The outlets that are left stay
   * open. Once only.
   */
  public Broadcasted<T> run() {
    try {
      while (isAnyLive()) {
        switch (next()) {
          case Source.Next.Got<T>(var one) -> give(one);
          case Source.Next.Nothing<T> _ -> check();
          case Source.Next.Ended<T> _ -> {
            return came(Broadcasted.End.SOURCE_ENDED);
          }
        }
      }
      return came(Broadcasted.End.NO_OUTLETS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return came(Broadcasted.End.INTERRUPTED);
    } catch (SourceBroken broken) {
      return end(broken);
    }
  }

  /** How each outlet does at the moment; from any thread. */
  public List<Broadcasted.Fate<T>> fates() {
    return copies.stream().map(Copies::fate).toList();
  }

  private boolean isAnyLive() {
    for (var copy : copies) if (copy.isLive()) return true;
    return false;
  }

  /** How long the most impatient outlet that is full may still be; a second at most. */
  private Duration patience() {
    var now = monotonic.instant();
    var due = now.plus(LOOK);
    for (var copy : copies) if (copy.isLate() && copy.due().isBefore(due)) due = copy.due();
    var left = Duration.between(now, due);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private Source.Next<T> next() throws InterruptedException, SourceBroken {
    var wait = patience();
    try {
      return source.take(wait);
    } catch (RuntimeException thrown) {
      throw new SourceBroken(thrown);
    }
  }

  private Broadcasted<T> end(SourceBroken broken) {
    try {
      give(Result.err(broken.error()));
      return came(Broadcasted.End.SOURCE_ENDED);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return came(Broadcasted.End.INTERRUPTED);
    }
  }

  private void give(Result<T> one) throws InterruptedException {
    var owed = List.of(one);
    for (var copy : copies) copy.owes(owed);
    for (var copy : copies) copy.give(one, monotonic);
  }

  private void check() {
    var now = monotonic.instant();
    copies.forEach(copy -> copy.check(now));
  }

  private Broadcasted<T> came(Broadcasted.End end) {
    return new Broadcasted<>(end, fates());
  }
}
