package dev.meshkit.queue;

import dev.meshkit.api.Disposition;
import dev.meshkit.observe.BreakerChangeEvent;
import dev.meshkit.observe.Meters.Level;
import dev.meshkit.store.Commitment;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One breaker a lane key, for all its lanes: a task whose worker could not reach what it needs is
 * not at fault, and the next one would fare no better.
 *
 * <pre>
 * CLOSED ─ trip failures in a row ─► OPEN ─ its pause is over, or the link is up ─► HALF-OPEN ─ a lease ─► PROBING
 *   ▲  any other word from a worker         ▲ the probe fails: a longer pause           ▲  released, expired ─┤
 *   └──────────────────────────────────┴────────────────────────────────────────────────┘
 * </pre>
 *
 * <p>In memory only: a peer that is down for a day costs no write and no attempt but its probes'. A
 * failure of a task that was leased before the breaker opened says nothing new.
 *
 * <p>Changed by one thread at a time and undone with its transaction, except by {@link #linkUp};
 * {@link #room} is asked from any thread.
 */
final class Breakers {
  /**
   * A breaker that has seen a failure; there is none for a key without.
   *
   * @param failures in a row
   * @param shutUntil open until then by the monotonic clock, half-open from then on
   * @param probe the task that was let through, 0 for none
   */
  private record Breaker(int failures, Instant shutUntil, long probe) {
    Breaker probing(long seq) {
      return new Breaker(failures, shutUntil, seq);
    }

    Breaker until(Instant when) {
      return new Breaker(failures, when, probe);
    }
  }

  private final BreakerPause rule;
  private final long salt;
  private final InstantSource monotonic;
  private final Runnable wake;
  private final Map<String, Breaker> breakers = new ConcurrentHashMap<>();
  private final Map<String, Instant> shut = new ConcurrentHashMap<>();
  private final Set<String> wider = ConcurrentHashMap.newKeySet();

  /**
   * All closed.
   *
   * @param salt differs by host, as {@link BreakerPause#after} wants it
   * @param wake there is a pause to plan for
   */
  Breakers(BreakerPause rule, long salt, InstantSource monotonic, Runnable wake) {
    this.rule = rule;
    this.salt = salt;
    this.monotonic = monotonic;
    this.wake = wake;
  }

  /** How many tasks of this key may be leased now: all, one as a probe, or none. */
  int room(String key) {
    var breaker = breakers.get(key);
    if (breaker == null || !isTripped(breaker)) return Integer.MAX_VALUE;
    return breaker.probe() == 0 && !now().isBefore(breaker.shutUntil()) ? 1 : 0;
  }

  /** A task was leased: past a half-open breaker it is the probe. */
  void leased(Commitment tx, String key, long seq) {
    var breaker = breakers.get(key);
    if (breaker == null || !isTripped(breaker)) return;
    set(tx, key, breaker, breaker.probing(seq));
    tx.afterCommit(() -> BreakerChangeEvent.emit(key, "PROBING", breaker.failures(), 0));
  }

  /** What a worker said of a task, before its lease ends. */
  void told(Commitment tx, String key, long seq, Disposition said) {
    switch (said) {
      case Disposition.Unreachable _ -> failed(tx, key, seq);
      case Disposition.Release _ -> {} // it did not even try
      case Disposition.Ack _, Disposition.Retry _, Disposition.Poison _, Disposition.Snooze _ ->
          reached(tx, key);
    }
  }

  /** A lease has ended, however: if it was a probe that found out nothing, another may try. */
  void ended(Commitment tx, String key, long seq) {
    var breaker = breakers.get(key);
    if (breaker == null || breaker.probe() != seq) return;
    set(tx, key, breaker, breaker.probing(0));
    tx.afterCommit(() -> tellHalfOpen(key));
  }

  /** Half-opens at once; whether that changes anything. From any thread. */
  boolean linkUp(String key) {
    var breaker = breakers.get(key);
    if (breaker == null || !isTripped(breaker) || !breaker.shutUntil().isAfter(now())) return false;
    breakers.computeIfPresent(key, (_, now) -> now.until(Instant.MIN));
    shut.remove(key);
    wider.add(key);
    tellHalfOpen(key);
    return true;
  }

  /** The keys whose pause is over by now; each is told once. */
  List<String> due() {
    var now = now();
    var due = new ArrayList<String>();
    shut.forEach(
        (key, until) -> {
          if (!now.isBefore(until) && shut.remove(key, until)) due.add(key);
        });
    wider.addAll(due);
    due.forEach(this::tellHalfOpen);
    return due;
  }

  private void tellHalfOpen(String key) {
    var breaker = breakers.get(key);
    if (breaker == null || !isTripped(breaker)) return; // closed by a straggler's word meanwhile
    BreakerChangeEvent.emit(key, "HALF_OPEN", breaker.failures(), 0);
  }

  /** How long until the next pause is over. */
  Optional<Duration> nextDue() {
    return shut.values().stream().min(Instant::compareTo).map(at -> Duration.between(now(), at));
  }

  /** The keys that admit more than when they were last asked; each is told once. */
  List<String> takeWider() {
    var keys = List.copyOf(wider);
    keys.forEach(wider::remove);
    return keys;
  }

  private void failed(Commitment tx, String key, long seq) {
    var breaker = breakers.get(key);
    if (breaker != null && isTripped(breaker) && breaker.probe() != seq) return;
    var failures = breaker == null ? 1 : breaker.failures() + 1;
    if (failures < rule.trip()) {
      set(tx, key, breaker, new Breaker(failures, Instant.MIN, 0));
      return;
    }
    var pause = rule.after(31L * salt + key.hashCode(), failures - rule.trip());
    var until = now().plus(pause);
    set(tx, key, breaker, new Breaker(failures, until, 0));
    tx.afterCommit(
        () -> {
          shut.put(key, until);
          wake.run();
          BreakerChangeEvent.emit(key, "OPEN", failures, pause.toMillis());
        });
  }

  private void reached(Commitment tx, String key) {
    var breaker = breakers.get(key);
    if (breaker == null) return;
    set(tx, key, breaker, null);
    if (!isTripped(breaker)) return;
    tx.afterCommit(
        () -> {
          shut.remove(key);
          BreakerChangeEvent.emit(key, "CLOSED", 0, 0);
        });
  }

  private boolean isTripped(Breaker breaker) {
    return breaker.failures() >= rule.trip();
  }

  /** Now, so that the rest of the batch goes by it; undone unless a link-up came in between. */
  private void set(Commitment tx, String key, @Nullable Breaker before, @Nullable Breaker after) {
    breakers.compute(key, (_, _) -> after);
    wider.add(key);
    tx.onRollback(
        () -> {
          breakers.compute(key, (_, now) -> Objects.equals(now, after) ? before : now);
          wider.add(key);
        });
  }

  /** One for each key that is left alone, for the meter. */
  List<Level> levels() {
    return breakers.entrySet().stream()
        .filter(entry -> isTripped(entry.getValue()))
        .map(entry -> Level.of(1, entry.getKey()))
        .toList();
  }

  private Instant now() {
    return monotonic.instant();
  }
}
