package dev.meshkit.gossip;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;

/** Keeps the disk's list of peers fresh: in batches, and everyone once an hour. */
final class Diary {
  private static final Duration BATCH = Duration.ofMillis(500);
  private static final Duration REFRESH = Duration.ofHours(1);

  private final MemberTable table;
  private Instant mayWrite = Instant.MIN;
  private Instant refresh = Instant.MAX;

  Diary(MemberTable table) {
    this.table = table;
  }

  /** Writes what changed, at most twice a second. */
  void tick(Turn turn) {
    if (refresh.equals(Instant.MAX)) refresh = turn.now.plus(REFRESH);
    if (!refresh.isAfter(turn.now)) {
      refresh = turn.now.plus(REFRESH);
      table.touchAll();
    }
    if (mayWrite.isAfter(turn.now) || !table.hasUnwritten()) return;
    mayWrite = turn.now.plus(BATCH);
    var peers = new ArrayList<Remembered>();
    for (var id : table.takeUnwritten()) {
      var entry = table.entry(id);
      peers.add(new Remembered(id, entry.attrs().at(), entry.key(), turn.wall));
    }
    turn.emit(new Effect.Remember(peers));
  }

  /** When {@link #tick} has something to do. */
  Instant due() {
    return table.hasUnwritten() ? mayWrite : refresh;
  }
}
