package dev.meshkit.queue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;

/**
 * The workers that wait, longest first, by lane and for any. Thread-safe: workers come and go, the
 * writer thread serves.
 *
 * @param <T> what tasks carry
 */
final class Waiters<T> {
  private final Set<Waiter<T>> everyone = new HashSet<>(); // guarded by this
  private final SequencedSet<Waiter<T>> any = new LinkedHashSet<>(); // guarded by this
  private final Map<Lane, SequencedSet<Waiter<T>>> byLane = new HashMap<>(); // guarded by this

  synchronized void add(Waiter<T> waiter) {
    everyone.add(waiter);
    queue(waiter).addLast(waiter);
  }

  synchronized void remove(Waiter<T> waiter) {
    everyone.remove(waiter);
    queue(waiter).remove(waiter);
    waiter
        .lane()
        .ifPresent(lane -> byLane.computeIfPresent(lane, (_, set) -> set.isEmpty() ? null : set));
  }

  /** It was not served after all: back to the front, unless it has gone. */
  synchronized void putBack(Waiter<T> waiter) {
    if (waiter.putBack()) queue(waiter).addFirst(waiter);
  }

  /** The next worker that takes tasks of any lane. */
  synchronized Optional<Waiter<T>> nextAny() {
    return next(any);
  }

  /** The next worker that takes tasks of this lane alone. */
  synchronized Optional<Waiter<T>> next(Lane lane) {
    var waiting = byLane.get(lane);
    return waiting == null ? Optional.empty() : next(waiting);
  }

  /** Whether somebody would take a task of this lane. */
  synchronized boolean want(Lane lane) {
    return !any.isEmpty() || byLane.containsKey(lane);
  }

  synchronized boolean isEmpty() {
    return any.isEmpty() && byLane.isEmpty();
  }

  /** The lanes that somebody waits for in particular. */
  synchronized List<Lane> lanes() {
    return new ArrayList<>(byLane.keySet());
  }

  /** Everyone who waits, those that are being served too. */
  synchronized List<Waiter<T>> all() {
    return new ArrayList<>(everyone);
  }

  private SequencedSet<Waiter<T>> queue(Waiter<T> waiter) {
    return waiter.lane().isEmpty()
        ? any
        : byLane.computeIfAbsent(waiter.lane().get(), _ -> new LinkedHashSet<>());
  }

  private static <T> Optional<Waiter<T>> next(SequencedSet<Waiter<T>> from) {
    while (!from.isEmpty()) {
      var first = from.removeFirst();
      if (first.take()) return Optional.of(first);
    }
    return Optional.empty();
  }
}
