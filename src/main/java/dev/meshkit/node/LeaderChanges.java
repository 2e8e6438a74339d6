package dev.meshkit.node;

import dev.meshkit.api.LeaderChange;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.api.ScopeLeader;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The last changes of who leads one scope, by number. Those who watch come and ask: the scope's
 * loop adds and goes on, and knows nobody who watches (E37). Thread-safe.
 */
final class LeaderChanges {
  /** How many are kept: who is further behind sees a gap in the numbers. */
  static final int KEPT = 256;

  private final ArrayDeque<LeaderChange> kept = new ArrayDeque<>(KEPT); // guarded by this
  private boolean ended; // guarded by this

  /** Of one scope, which nobody is known to lead yet. */
  LeaderChanges(Scope scope) {
    kept.add(new LeaderChange(1, new ScopeLeader(scope, NodeId.NOBODY, Optional.empty())));
  }

  /** From now on it is led so; the same as before is no change. */
  synchronized void add(ScopeLeader now) {
    var before = kept.getLast();
    if (before.now().equals(now)) return;
    if (kept.size() == KEPT) kept.removeFirst();
    kept.addLast(new LeaderChange(before.sequence() + 1, now));
    notifyAll();
  }

  /** There will be no more. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** The newest. */
  synchronized LeaderChange latest() {
    return kept.getLast();
  }

  /**
   * Waits until {@code wanted} holds of the newest, which is asked anew after each change; at most
   * {@code within}, and no longer than there are changes.
   */
  synchronized void await(Predicate<ScopeLeader> wanted, Duration within, InstantSource monotonic)
      throws InterruptedException {
    var deadline = monotonic.instant().plus(within);
    while (!wanted.test(kept.getLast().now()) && !ended) {
      var left = Duration.between(monotonic.instant(), deadline);
      if (!left.isPositive()) return;
      wait(left.toMillis() + 1);
    }
  }

  /** Those after this number, see {@link dev.meshkit.api.Leadership#after}. */
  synchronized List<LeaderChange> after(long sequence) throws InterruptedException {
    if (sequence > kept.getLast().sequence()) return List.of(kept.getLast());
    while (sequence == kept.getLast().sequence() && !ended) wait();
    return kept.stream().filter(change -> change.sequence() > sequence).toList();
  }
}
