package dev.meshkit.gate;

import dev.meshkit.store.StoreTx;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

/**
 * The first decision for each subject in the present epoch of each change (gate.md §4): for
 * explanations, never for deciding. It costs a decision one look-up, and no commit: what is noted
 * is written with what the ledger commits next, and is lost if the process dies before.
 * Thread-safe.
 */
final class Decisions {
  /** The most subjects that are remembered at a time; of later ones nothing is noted. */
  static final int MOST = 10_000;

  /** The most that one transaction writes besides its own work. */
  private static final int AT_ONCE = 64;

  private final ConcurrentMap<Whom, FirstDecision> first = new ConcurrentHashMap<>();
  private final Queue<FirstDecision> unsaved = new ConcurrentLinkedQueue<>();
  private final InstantSource wall;

  /** Whom a decision is for. */
  private record Whom(String change, String subject) {}

  /** By this clock. */
  Decisions(InstantSource wall) {
    this.wall = wall;
  }

  /** A decision was made; never blocks. */
  void note(Change change, Subject subject, Decision decision) {
    var whom = new Whom(change.name(), subject.text());
    var known = first.get(whom);
    if (known == null ? first.size() >= MOST : known.epoch() >= decision.epoch()) return;
    var fresh =
        new FirstDecision(
            whom.change(),
            whom.subject(),
            decision.version(),
            decision.epoch(),
            decision.source() == Decision.Source.COMMITTED
                ? Rule.bucket(change.name(), subject)
                : -1,
            now());
    if (first.merge(whom, fresh, FirstDecision::later).equals(fresh)) unsaved.add(fresh);
  }

  private Instant now() {
    return wall.instant().truncatedTo(ChronoUnit.MILLIS); // as it is read again
  }

  /** Of one subject, if it was noted. */
  Optional<FirstDecision> of(String change, String subject) {
    return Optional.ofNullable(first.get(new Whom(change, subject)));
  }

  /** Whom something was noted for. */
  Stream<String> subjects(String change) {
    return first.keySet().stream().filter(whom -> whom.change().equals(change)).map(Whom::subject);
  }

  /** There are other entries: other subjects may be noted now. */
  void begin() {
    first.clear();
  }

  /** Writes some of what is noted and not written yet. */
  void save(StoreTx tx) {
    if (unsaved.isEmpty()) return;
    var some = new ArrayList<FirstDecision>();
    for (var one = unsaved.poll(); one != null; one = unsaved.poll()) {
      some.add(one);
      if (some.size() == AT_ONCE) break;
    }
    tx.onRollback(() -> unsaved.addAll(some));
    for (var one : some)
      tx.update(
          FirstDecision.PUT,
          one.change(),
          one.subject(),
          one.version(),
          one.epoch(),
          one.bucket(),
          one.wall().toEpochMilli());
  }
}
