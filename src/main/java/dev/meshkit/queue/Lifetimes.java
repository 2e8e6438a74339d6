package dev.meshkit.queue;

import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.store.Op;
import dev.meshkit.store.Reading;
import dev.meshkit.store.StoreTx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Ends tasks whose time is over where no lease and no look at the {@link Heads} finds them: behind
 * a head that lives, in a lane that is worked on, or while they are delayed.
 *
 * <p>There is no index of these times. A pass reads the tasks by their numbers, a page at a look;
 * it begins when the earliest time that can be over is, and rests afterwards. That earliest time is
 * what the last pass saw and what was added since, so that a queue without old tasks reads nothing.
 *
 * <p>Owned by the sweeper, except what the writer thread does.
 */
final class Lifetimes {
  /** How long a pass rests before the next. */
  static final Duration REST = Duration.ofMinutes(1);

  /** Between two pages of a pass: ten million tasks take a quarter of an hour of it. */
  private static final Duration PACE = Duration.ofMillis(50);

  private static final int PAGE = 500;

  /** Ended in one transaction: each may move a megabyte to the dead. */
  private static final int CHUNK = 50;

  static final String TASKS =
      """
      SELECT t.seq, t.exp, (SELECT l.qid FROM lane l WHERE l.lid = t.lid) FROM task t
      WHERE t.seq > ? ORDER BY t.seq LIMIT ?""";
  static final String OVER =
      """
      SELECT t.st FROM task t WHERE t.seq = ? AND t.exp <> 0 AND t.exp <= ?
        AND NOT EXISTS (SELECT 1 FROM lease l WHERE l.seq = t.seq)""";

  private final Ground ground;
  private final Dying dying;
  private Instant next;
  private boolean passing;
  private long after; // the pass has read up to this task
  private long earliestMs; // that the pass has seen and left, by the queue clock

  /**
   * When a task's time is over.
   *
   * @param seq the task
   * @param expMs by the queue clock, 0 for never
   * @param qid its queue
   */
  private record Life(long seq, long expMs, long qid) {}

  Lifetimes(Ground ground, Dying dying) {
    this.ground = ground;
    this.dying = dying;
    this.next = ground.monotonic();
    if (ground.lanes().publishedLive() > 0) ground.alarm().expiry(0); // not known: have a look
  }

  /** Reads a page if it is time to, and ends what is over. */
  void tick(Instant now) throws InterruptedException {
    if (now.isBefore(next)) return;
    if (!passing && ground.alarm().expiryMs() > ground.nowMs()) return;
    if (!passing) begin();
    next = now.plus(PACE);
    var from = after;
    var page = ground.store().read(read -> page(read, from));
    if (!(page instanceof Result.Ok<List<Life>>(var lives))) {
      end(now, 0); // it says nothing: the next pass may
      return;
    }
    var over = lives.stream().filter(this::isOver).map(Life::seq).toList();
    for (var i = 0; i < over.size(); i += CHUNK) {
      var chunk = over.subList(i, Math.min(i + CHUNK, over.size()));
      if (!ground.store().submit(ending(chunk)).isOk()) earliestMs = 0;
    }
    lives.stream().filter(life -> isOurs(life) && !isOver(life)).forEach(this::note);
    if (lives.size() < PAGE) end(now, earliestMs);
    else after = lives.getLast().seq();
  }

  /** How long until there is something to read; empty while nothing can be over. */
  Optional<Duration> nextLook(Instant now) {
    var pause = Duration.between(now, next);
    if (passing) return Optional.of(pause);
    var expiryMs = ground.alarm().expiryMs();
    if (expiryMs == Long.MAX_VALUE) return Optional.empty();
    var rest = Duration.ofMillis(Math.max(0, expiryMs - ground.nowMs()));
    return Optional.of(rest.compareTo(pause) < 0 ? pause : rest);
  }

  /** What is added from now on may be missed by this pass, and is noted for the next. */
  private void begin() {
    ground.alarm().noExpiry();
    passing = true;
    after = Long.MIN_VALUE;
    earliestMs = Long.MAX_VALUE;
  }

  private void end(Instant now, long nextMs) {
    passing = false;
    next = now.plus(REST);
    ground.alarm().expiry(nextMs);
  }

  private static List<Life> page(Reading read, long from) {
    return read.query(
        TASKS, row -> new Life(row.getLong(1), row.getLong(2), row.getLong(3)), from, PAGE);
  }

  private boolean isOurs(Life life) {
    return life.qid() == ground.qid() && life.expMs() != 0;
  }

  private boolean isOver(Life life) {
    return isOurs(life) && life.expMs() <= ground.nowMs();
  }

  private void note(Life life) {
    earliestMs = Math.min(earliestMs, life.expMs());
  }

  private Op<Unit> ending(List<Long> over) {
    return new Op<>(
        "queue.lifetimes",
        Op.Kind.EXPIRE,
        0,
        tx -> {
          over.forEach(seq -> end(tx, seq));
          return Unit.UNIT;
        });
  }

  /** Unless it is leased by now, or gone: then its worker, or nobody, has a say in it. */
  private void end(StoreTx tx, long seq) {
    var delayed = tx.first(OVER, row -> row.getInt(1) != 0, seq, ground.nowMs());
    if (delayed.isEmpty()) return;
    var row = TaskTable.get(tx, seq).orElseThrow();
    var lane = ground.lanes().get(row.lid());
    if (delayed.get()) lane.set(tx, lane.counts().delayed(-1));
    dying.expire(tx, lane, row);
  }
}
