package dev.meshkit.queue;

import dev.meshkit.api.Result;
import dev.meshkit.store.Op;
import dev.meshkit.store.StoreTx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;

/**
 * Ends tasks at the head of a lane whose time is over and that nobody takes. There is no index of
 * these times: it looks at the heads, at most every ten seconds, and only after a lane has changed
 * or the earliest time that it saw is over. So lanes that rest cost nothing, not even a read.
 *
 * <p>Owned by the sweeper, except what the writer thread does.
 */
final class Heads {
  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final int PAGE = 500;
  private static final int A_LANE = 16; // of its tasks; the rest at the next look

  /** Moved to the dead in one transaction, bodies and all, and what a small one counts. */
  private static final long CHUNK_BYTES = 1 << 20;

  private static final long LEAST_BYTES = CHUNK_BYTES / 128;

  private final Ground ground;
  private final Dying dying;
  private final Op<Integer> end = new Op<>("queue.heads", Op.Kind.EXPIRE, 0, this::end);
  private Instant next;
  private long earliestMs; // by the queue clock, as of the last look
  private int firstLane; // owned by the writer thread

  Heads(Ground ground, Dying dying) {
    this.ground = ground;
    this.dying = dying;
    this.next = ground.monotonic().plus(PAUSE);
    ground.lanes().whenChanged(ground.alarm()::wake);
  }

  /** Looks if it is time to. */
  void tick(Instant now) throws InterruptedException {
    if (now.isBefore(next)) return;
    var changed = ground.lanes().takeChanged(); // first this: what changes meanwhile is looked at
    var nowMs = ground.nowMs();
    if (!changed && nowMs < earliestMs) return;
    next = now.plus(PAUSE);
    earliestMs = ground.lanes().publishedLive() == 0 ? Long.MAX_VALUE : look(nowMs);
    if (earliestMs <= nowMs) endAll();
  }

  /** How long until there is something to look at; empty while nothing changes. */
  Optional<Duration> nextLook(Instant now) {
    var pause = Duration.between(now, next);
    if (ground.lanes().hasChanged()) return Optional.of(pause);
    if (earliestMs == Long.MAX_VALUE) return Optional.empty();
    var rest = Duration.ofMillis(Math.max(0, earliestMs - ground.nowMs()));
    return Optional.of(rest.compareTo(pause) < 0 ? pause : rest);
  }

  /** Page by page, for the first lane is as much late as the last; refused: the next look comes. */
  private void endAll() throws InterruptedException {
    for (var left = ground.lanes().all().size(); left > 0; ) {
      if (!(ground.life().write(end) instanceof Result.Ok<Integer>(var looked))) return;
      left -= Math.max(1, looked);
    }
  }

  /** A read that fails says nothing: the next look is as soon as may be. */
  private long look(long nowMs) throws InterruptedException {
    var earliest = Long.MAX_VALUE;
    for (var after = 0L; after != Long.MAX_VALUE; ) {
      var last = after;
      var seen = ground.store().read(read -> LaneTable.headsExpire(read, ground.qid(), last));
      if (!(seen instanceof Result.Ok<LaneTable.Heads>(var page))) return nowMs + 1;
      earliest = Math.min(earliest, page.earliestMs());
      after = page.last();
    }
    return earliest;
  }

  /** A transaction's worth; how many lanes that was. */
  private int end(StoreTx tx) {
    var lanes = new ArrayList<>(ground.lanes().all());
    var looked = 0;
    for (var room = CHUNK_BYTES; room > 0 && looked < Math.min(PAGE, lanes.size()); looked++)
      room = end(tx, lanes.get((firstLane + looked) % lanes.size()), room);
    firstLane = (firstLane + looked) % Math.max(1, lanes.size());
    return looked;
  }

  /** Ends what is over at the head of a lane, as long as there is room; what is left of that. */
  private long end(StoreTx tx, LaneState lane, long room) {
    if (lane.counts().ready() == 0 || lane.counts().leased() > 0) return room;
    var left = room;
    for (var row : TaskTable.ready(tx, lane.lid(), Long.MIN_VALUE, A_LANE)) {
      if (left <= 0 || row.expMs() == 0 || row.expMs() > ground.nowMs()) break;
      dying.expire(tx, lane, row);
      left -= Math.max(LEAST_BYTES, row.size());
    }
    return left;
  }
}
