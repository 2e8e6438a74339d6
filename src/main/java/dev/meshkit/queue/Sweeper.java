package dev.meshkit.queue;

import dev.meshkit.api.Unit;
import dev.meshkit.store.Op;
import dev.meshkit.store.StoreTx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What time does to a queue: delayed tasks become ready, silent workers lose their leases, and a
 * task that nobody takes expires.
 *
 * <p>One platform thread, so that no handler that spins on a carrier keeps it from its work. It
 * sleeps until the next of these is due; with nothing leased, delayed or waiting for good. {@link
 * Deadlines} are watched in memory: a tick does no I/O. A part of it that fails keeps no other from
 * its work, and comes again.
 */
final class Sweeper {
  private static final Duration NEVER = Duration.ofDays(365);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int PAGE = 500;

  private final Ground ground;
  private final Leasing<?> leasing;
  private final Deadlines deadlines;
  private final Heads heads;
  private final Lifetimes lifetimes;
  private final Appointments appointments;
  private final Retaining retaining;
  private final EmptyLanes empties;
  private final Op<Unit> promote = Op.record("queue.promote", this::promote);

  Sweeper(Ground ground, Deadlines deadlines, Dying dying, Leasing<?> leasing) {
    this.ground = ground;
    this.leasing = leasing;
    this.deadlines = deadlines;
    this.heads = new Heads(ground, dying);
    this.lifetimes = new Lifetimes(ground, dying);
    this.appointments = new Appointments(ground);
    this.retaining = dying.retaining();
    this.empties = new EmptyLanes(ground);
  }

  /** Runs until interrupted. */
  void run() {
    new Rounds("sweeping queue " + ground.options().name(), PAUSE)
        .run(
            () -> {
              tick();
              ground.alarm().sleep(plan());
              return true;
            });
  }

  /** Looks at the clocks once, and does what is due. */
  synchronized void tick() throws InterruptedException {
    var now = ground.monotonic();
    Rounds.all(
        List.of(
            () -> ground.breakers().due().forEach(leasing::wider),
            () -> leasing.serveAgain(now),
            this::promoteDue,
            deadlines::tick,
            () -> heads.tick(now),
            () -> lifetimes.tick(now),
            () -> retaining.tick(now),
            () -> empties.tick(now),
            ground.deduping()::tick));
  }

  private void promoteDue() throws InterruptedException {
    appointments.keep(); // first: a task whose clock went back is not due after all
    if (ground.nowMs() < ground.alarm().dueMs()) return;
    if (!ground.life().write(promote).isOk()) ground.alarm().next(ground.nowMs() + 1_000);
  }

  /** How often it has looked at the deadlines of all leases. */
  synchronized long looks() {
    return deadlines.looks();
  }

  /** When the next tick is to be, by the monotonic clock. */
  synchronized Instant plan() {
    var now = ground.monotonic();
    var wait = NEVER;
    wait = shorter(wait, until(now, deadlines.next()));
    wait = shorter(wait, heads.nextLook(now).orElse(NEVER));
    wait = shorter(wait, lifetimes.nextLook(now).orElse(NEVER));
    wait = shorter(wait, retaining.nextLook().map(at -> Duration.between(now, at)).orElse(NEVER));
    wait = shorter(wait, until(now, empties.nextLook()));
    wait = shorter(wait, until(now, leasing.again()));
    wait = shorter(wait, ground.deduping().untilPrune().orElse(NEVER));
    var dueMs = ground.alarm().dueMs();
    if (dueMs != Long.MAX_VALUE) wait = shorter(wait, Duration.ofMillis(dueMs - ground.nowMs()));
    if (appointments.isWatching()) wait = shorter(wait, Appointments.LOOK);
    var breaker = ground.breakers().nextDue();
    if (breaker.isPresent()) wait = shorter(wait, breaker.get());
    return now.plus(wait);
  }

  private static Duration until(Instant now, Instant then) {
    return then.equals(Instant.MAX) ? NEVER : Duration.between(now, then);
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private Unit promote(StoreTx tx) {
    for (var due : TaskTable.due(tx, ground.qid(), ground.nowMs(), PAGE)) {
      if (!TaskTable.promote(tx, due.seq())) continue;
      var lane = ground.lanes().get(due.lid());
      lane.set(tx, lane.counts().delayed(-1));
      lane.backAt(tx, due.ord());
      leasing.serveIn(tx);
    }
    var next = TaskTable.nextDue(tx, ground.qid()).orElse(Long.MAX_VALUE);
    tx.afterCommit(() -> ground.alarm().next(next));
    return Unit.UNIT;
  }
}
