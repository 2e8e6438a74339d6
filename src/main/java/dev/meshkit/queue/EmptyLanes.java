package dev.meshkit.queue;

import dev.meshkit.api.Unit;
import dev.meshkit.store.Op;
import dev.meshkit.store.StoreTx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Drops lanes that have held nothing for an hour, neither live nor dead, so that memory and table
 * are bounded by what waits and what died, not by every key that was ever used. A lane of that name
 * begins anew above all numbers it has given. One that an operator paused or weighted stays, and so
 * does one whose dedup keys are still remembered.
 *
 * <p>{@link #note} runs on the writer thread, {@link #tick} on the sweeper's. A restart begins the
 * hour again.
 */
final class EmptyLanes {
  /** How long a lane holds nothing before it goes. */
  static final Duration AFTER = Duration.ofHours(1);

  private static final Duration PAUSE = Duration.ofMinutes(1);

  /** Dropped in one transaction. */
  private static final int CHUNK = 500;

  private final Ground ground;
  private final Map<LaneState, Instant> since = new ConcurrentHashMap<>(); // by the monotonic clock
  private Instant nextLook = Instant.MAX; // guarded by this

  EmptyLanes(Ground ground) {
    this.ground = ground;
    ground.lanes().all().forEach(this::note);
    ground.lanes().whenPublished(this::note);
  }

  /** When to look again, by the monotonic clock; {@link Instant#MAX} while no lane is empty. */
  synchronized Instant nextLook() {
    return nextLook;
  }

  /** Drops what it is time to drop, a chunk. */
  void tick(Instant now) throws InterruptedException {
    if (now.isBefore(nextLook())) return;
    var old = old(now);
    var dropped = old.isEmpty() || ground.life().write(drop(old, now)).isOk();
    look(dropped ? Instant.MIN : now.plus(PAUSE));
  }

  private synchronized void look(Instant notBefore) {
    var first = since.values().stream().min(Instant::compareTo).map(at -> at.plus(AFTER));
    nextLook = first.map(at -> at.isBefore(notBefore) ? notBefore : at).orElse(Instant.MAX);
  }

  private List<LaneState> old(Instant now) {
    return since.entrySet().stream()
        .filter(entry -> !entry.getValue().plus(AFTER).isAfter(now))
        .limit(CHUNK)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** A lane's counts are committed. */
  private void note(LaneState state) {
    if (!state.published().isNothing()) {
      since.remove(state);
      return;
    }
    if (since.putIfAbsent(state, ground.monotonic()) != null) return;
    if (!nextLook().equals(Instant.MAX)) return;
    look(Instant.MIN);
    ground.alarm().wake();
  }

  private Op<Unit> drop(List<LaneState> lanes, Instant now) {
    return Op.record(
        "queue.lanes",
        tx -> {
          lanes.forEach(state -> drop(tx, state, now));
          return Unit.UNIT;
        });
  }

  private void drop(StoreTx tx, LaneState state, Instant now) {
    var counts = state.counts();
    if (!ground.lanes().has(state)) { // dropped already
      tx.afterCommit(() -> since.remove(state));
      return;
    }
    if (!counts.isNothing()) return; // by an operation of this batch: its count will say so
    if (!LaneTable.drop(tx, state.lid())) {
      tx.afterCommit(() -> since.replace(state, now));
      return;
    }
    ground.seqs().raise(tx, counts.nextOrigin() - 1);
    ground.lanes().drop(tx, state);
    tx.afterCommit(() -> since.remove(state));
  }
}
