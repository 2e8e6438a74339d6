package dev.meshkit.queue;

import dev.meshkit.store.Commitment;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What time does to a memory queue, whenever somebody looks: delayed tasks become ready, silent
 * workers lose their leases, tasks that nobody takes expire, jobs go on. It has no thread, and so
 * cannot tell a pause of the machine from a silent worker. Guarded by the queue's lock.
 */
final class MemoryTime {
  private static final Duration HEADS = Duration.ofSeconds(10);
  private static final Duration LEAST = Duration.ofMillis(1);

  private final MemoryGround ground;
  private final MemorySettling settling;
  private final MemoryDying dying;
  private final MemoryJobs jobs;
  private Instant nextHeads;
  private Instant nextLives;

  MemoryTime(MemoryGround ground, MemorySettling settling, MemoryDying dying, MemoryJobs jobs) {
    this.ground = ground;
    this.settling = settling;
    this.dying = dying;
    this.jobs = jobs;
    this.nextHeads = ground.clock().monotonic().plus(HEADS);
    this.nextLives = ground.clock().monotonic().plus(Lifetimes.REST);
  }

  /** Does what is due. */
  void pass(Commitment tx) {
    var now = ground.clock().monotonic();
    promote(tx);
    ground.breakers().due();
    ground.breakers().takeWider().forEach(ground.book()::noteWider);
    ground.book().held().stream()
        .filter(task -> task.now().deadline().expired(now))
        .forEach(task -> expire(tx, task, now));
    if (!now.isBefore(nextHeads) && ground.book().live() > 0) heads(tx, now);
    if (!now.isBefore(nextLives) && ground.book().live() > 0) lives(tx, now);
    dying.trim(tx);
    ground.keys().prune();
    jobs.step(tx);
  }

  /** How long until something is due; some waiting calls look then. */
  Duration untilNext() {
    var book = ground.book();
    var wait = Duration.between(ground.clock().monotonic(), nextHeads);
    if (book.live() == 0 || wait.isNegative()) wait = HEADS;
    wait = shorter(wait, book.nextByQueueClock().map(due -> until(due, ground.clock().nowMs())));
    var wallMs = ground.clock().wall().toEpochMilli();
    wait = shorter(wait, book.nextByWallClock().map(due -> until(due, wallMs)));
    wait = shorter(wait, ground.breakers().nextDue());
    wait = shorter(wait, jobs.untilNext());
    var now = ground.clock().monotonic();
    var first = book.held().stream().map(task -> task.now().deadline().instant());
    wait = shorter(wait, first.min(Instant::compareTo).map(at -> Duration.between(now, at)));
    return wait.compareTo(LEAST) < 0 ? LEAST : wait;
  }

  private static Duration until(MemoryBook.Due due, long nowMs) {
    return Duration.ofMillis(due.ms() - nowMs);
  }

  private static Duration shorter(Duration wait, Optional<Duration> other) {
    return other.filter(shorter -> shorter.compareTo(wait) < 0).orElse(wait);
  }

  private void promote(Commitment tx) {
    var book = ground.book();
    var nowMs = ground.clock().nowMs();
    for (var due = book.nextByQueueClock(); isDue(due, nowMs); due = book.nextByQueueClock()) {
      promote(tx, due.orElseThrow());
    }
    var wallMs = ground.clock().wall().toEpochMilli();
    for (var due = book.nextByWallClock(); isDue(due, wallMs); due = book.nextByWallClock()) {
      promote(tx, due.orElseThrow());
    }
  }

  private static boolean isDue(Optional<MemoryBook.Due> due, long nowMs) {
    return due.isPresent() && due.get().ms() <= nowMs;
  }

  private void promote(Commitment tx, MemoryBook.Due due) {
    var task = ground.book().task(due.seq()).orElseThrow();
    ground.book().move(tx, task, MemoryTask.Standing.ready(task.row()));
  }

  /** Unless an earlier one of its run has gone back, and it with it. */
  private void expire(Commitment tx, MemoryTask task, Instant now) {
    if (task.now().isLeased() && task.now().deadline().expired(now)) settling.expire(tx, task);
  }

  /** Wherever they wait: behind a head that lives, in a lane that is worked on, for their time. */
  private void lives(Commitment tx, Instant now) {
    nextLives = now.plus(Lifetimes.REST);
    for (var task : ground.book().tasks()) {
      var isOver = task.row().expMs() <= ground.clock().nowMs();
      if (isOver && !task.now().isLeased()) dying.expire(tx, task);
    }
  }

  private void heads(Commitment tx, Instant now) {
    nextHeads = now.plus(HEADS);
    for (var lane : ground.book().lanes()) {
      if (lane.counts().leased() > 0) continue;
      for (var head = lane.ready().firstEntry(); head != null; head = lane.ready().firstEntry()) {
        if (head.getValue().row().expMs() > ground.clock().nowMs()) break;
        dying.expire(tx, head.getValue());
      }
    }
  }
}
