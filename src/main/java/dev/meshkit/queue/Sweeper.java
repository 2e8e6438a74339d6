package dev.meshkit.queue;

import dev.meshkit.api.Unit;
import dev.meshkit.store.Op;
import dev.meshkit.store.StoreTx;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * What time does to a queue: delayed tasks become ready, silent workers lose their leases, and a
 * task at the head of a lane that nobody takes expires.
 *
 * <p>One virtual thread that sleeps until the next of these is due; with nothing leased, delayed or
 * waiting it sleeps for good. Deadlines are watched in memory: a tick does no I/O.
 */
final class Sweeper {
  private static final Duration NEVER = Duration.ofDays(365);
  private static final int PAGE = 500;

  private final Ground ground;
  private final Settling settling;
  private final Leasing<?> leasing;
  private final Heads heads;
  private final Appointments appointments;
  private final Retaining retaining;
  private final EmptyLanes empties;
  private final Duration tick;
  private final Op<Unit> promote = Op.record("queue.promote", this::promote);
  private Instant planned; // guarded by this: when the tick under way was to begin
  private boolean watching; // guarded by this: whether leases were held at the last tick

  Sweeper(Ground ground, Settling settling, Dying dying, Leasing<?> leasing) {
    this.ground = ground;
    this.settling = settling;
    this.leasing = leasing;
    this.heads = new Heads(ground, dying);
    this.appointments = new Appointments(ground);
    this.retaining = dying.retaining();
    this.empties = new EmptyLanes(ground);
    var quarter = ground.options().leases().time().dividedBy(4);
    this.tick = quarter.compareTo(Duration.ofSeconds(1)) < 0 ? quarter : Duration.ofSeconds(1);
    this.planned = ground.monotonic();
  }

  /** Runs until interrupted. */
  void run() {
    try {
      while (true) {
        tick();
        ground.alarm().sleep(plan(), !ground.held().isEmpty());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // close() asked for it: the thread ends here
    }
  }

  /** Looks at the clocks once, and does what is due. */
  synchronized void tick() throws InterruptedException {
    var now = ground.monotonic();
    forgivePause(now);
    ground.breakers().due().forEach(leasing::wider);
    leasing.serveAgain(now);
    appointments.keep(); // first: a task whose clock went back is not due after all
    if (ground.nowMs() >= ground.alarm().dueMs()) {
      if (!ground.life().write(promote).isOk()) ground.alarm().next(ground.nowMs() + 1_000);
    }
    var late =
        ground.held().values().stream()
            .filter(held -> held.deadline().expired(now))
            .sorted(Comparator.comparingLong(held -> held.row().ord())) // a lane goes back in order
            .toList();
    if (!late.isEmpty()) {
      var _ = ground.life().write(expire(late)); // refused: they are still late at the next tick
    }
    heads.tick(now);
    retaining.tick(now);
    empties.tick(now);
    ground.deduping().tick();
    watching = !ground.held().isEmpty();
    planned = now.plus(tick);
  }

  /** A pause of the machine froze holders and sweeper alike: no deadline passes in it. */
  private void forgivePause(Instant now) {
    var gap = Duration.between(planned, now);
    if (!watching || gap.compareTo(ground.options().leases().time().dividedBy(4)) <= 0) return;
    ground.held().values().forEach(held -> held.deadline().shift(gap));
  }

  private synchronized Instant plan() {
    var now = ground.monotonic();
    var wait = NEVER;
    if (!ground.held().isEmpty()) wait = tick;
    wait = shorter(wait, heads.nextLook(now).orElse(NEVER));
    wait = shorter(wait, retaining.nextLook().map(at -> Duration.between(now, at)).orElse(NEVER));
    wait = shorter(wait, until(now, empties.nextLook()));
    wait = shorter(wait, until(now, leasing.again()));
    wait = shorter(wait, ground.deduping().untilPrune().orElse(NEVER));
    var dueMs = ground.alarm().dueMs();
    if (dueMs != Long.MAX_VALUE) wait = shorter(wait, Duration.ofMillis(dueMs - ground.nowMs()));
    if (appointments.isWatching()) wait = shorter(wait, Appointments.LOOK);
    var breaker = ground.breakers().nextDue();
    if (breaker.isPresent()) wait = shorter(wait, breaker.get());
    if (watching) planned = now.plus(tick);
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
      lane.set(tx, lane.counts().delayed(-1).unhold(due.seq()));
      lane.backAt(tx, due.ord());
      leasing.serveIn(tx);
    }
    var next = TaskTable.nextDue(tx, ground.qid()).orElse(Long.MAX_VALUE);
    tx.afterCommit(() -> ground.alarm().next(next));
    return Unit.UNIT;
  }

  /** Ordered after the batch's settlements: what was submitted in time is honoured. */
  private Op<Unit> expire(List<Held> late) {
    return new Op<>(
        "queue.expire",
        Op.Kind.EXPIRE,
        0,
        tx -> {
          late.forEach(held -> settling.expire(tx, held));
          return Unit.UNIT;
        });
  }
}
