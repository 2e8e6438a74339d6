package dev.meshkit.node;

import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.config.HistoryConfig;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes events behind everything else: givers never wait, and one batch at a time is on its way to
 * disk. When it falls behind, INFO goes first and is counted. Thread-safe; starts no thread.
 */
final class History implements NodeEvent.Sink {
  private static final int MOST_WAITING = 4_096;

  private final Store store;
  private final InstantSource wall;
  private final HistoryConfig kept;
  private List<Seen> waiting = new ArrayList<>(); // guarded by this
  private boolean writing; // guarded by this
  private long dropped; // guarded by this

  private record Seen(Instant atWall, NodeEvent event) {}

  History(Store store, InstantSource wall, HistoryConfig kept) {
    this.store = store;
    this.wall = wall;
    this.kept = kept;
  }

  @Override
  public synchronized void accept(NodeEvent event) {
    if (waiting.size() >= MOST_WAITING && !makeRoom(event)) return;
    waiting.add(new Seen(wall.instant(), event));
    if (!writing) writeNext();
  }

  /** How many events were given up so far. */
  synchronized long dropped() {
    return dropped;
  }

  /** Whether there is room now; counts what was given up for it. */
  private synchronized boolean makeRoom(NodeEvent event) {
    dropped++;
    if (event.severity() == NodeEvent.Severity.INFO) return false;
    for (var i = 0; i < waiting.size(); i++) {
      if (waiting.get(i).event().severity() == NodeEvent.Severity.INFO) {
        waiting.remove(i);
        return true;
      }
    }
    waiting.removeFirst();
    return true;
  }

  private synchronized void writeNext() {
    if (waiting.isEmpty()) {
      writing = false;
      return;
    }
    var batch = waiting;
    waiting = new ArrayList<>();
    writing =
        store.submit(
            Op.record(
                "event.add",
                tx -> {
                  batch.forEach(seen -> EventTable.add(tx, seen.atWall(), seen.event()));
                  EventTable.trim(tx, kept.eventRows(), wall.instant().minus(kept.eventAge()));
                  return Unit.UNIT;
                }),
            verdict -> written(batch.size(), verdict));
    if (!writing) dropped += batch.size();
  }

  private synchronized void written(int size, Result<Unit> verdict) {
    if (!verdict.isOk()) dropped += size;
    writeNext();
  }
}
