package dev.meshkit.queue;

import dev.meshkit.observe.Metric;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreTx;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Opens a queue in its store: reads the lanes, and takes back what an earlier process held. Nothing
 * waits for a lease to run out. Runs on the writer thread, in one transaction.
 */
final class Restart {
  private Restart() {}

  static Ground open(StoreTx tx, Store store, QueueOptions options) {
    var queue = LaneTable.queue(tx, options);
    var seqs = new Ids("seq");
    seqs.load(tx);
    var alarm = new Alarm(store.clocks().monotonic());
    var monotonic = store.clocks().monotonic();
    var salt = store.uuid().hashCode();
    var breakers = new Breakers(options.attempts().breaker(), salt, monotonic, alarm::wake);
    store.meters().gauges(Metric.QUEUE_BREAKER_OPEN, breakers::levels);
    var lanes = new LaneBook(queue, options, seqs, breakers, monotonic);
    lanes.load(tx);
    var deduping = new Deduping(store, alarm, options.dedupWindow());
    deduping.load(tx);
    if (!queue.poison().equals(options.poisonQueue())) {
      DeadTable.rename(tx, queue.qid(), queue.poison(), options.poisonQueue());
      ReaderTable.rename(tx, options.name(), queue.poison(), options.poisonQueue());
    }
    var dead = new DeadBook();
    dead.load(tx, options.poisonQueue(), queue.qid());
    var ground =
        new Ground(
            new QueueLife(options.name(), store),
            store,
            options,
            queue.qid(),
            lanes,
            dead,
            seqs,
            new Ids("fence"),
            new ConcurrentHashMap<>(),
            new Endings(),
            breakers,
            deduping,
            new Traces(store.clocks().wall(), options.traceRows()),
            alarm);
    var dying = new Dying(ground, new Retaining(ground));
    for (var left : LeaseTable.left(tx, queue.qid())) reclaim(tx, ground, dying, left);
    LeaseTable.removeOrphans(tx);
    lanes.all().stream()
        .filter(lane -> lane.counts().leased() != 0)
        .forEach(lane -> lane.set(tx, LaneTable.recount(tx, lane)));
    TaskTable.nextDue(tx, queue.qid()).ifPresent(ground.alarm()::at);
    return ground;
  }

  /**
   * Charged, because the attempt was on disk before the handler ran; one crash more. What a queue
   * could not give back as it closed, in this process or one before it, is nobody's crash.
   */
  private static void reclaim(StoreTx tx, Ground ground, Dying dying, LeaseTable.Left left) {
    LeaseTable.delete(tx, left.seq(), left.fence());
    var window = ground.options().attempts().crashWindow();
    var old = Crashes.faded(TaskTable.get(tx, left.seq()).orElseThrow(), ground.wall(), window);
    var lane = ground.lanes().get(old.lid());
    lane.set(tx, lane.counts().leased(-1));
    ground.traces().add(tx, left.seq(), Traces.What.RECLAIMED, left.attempt());
    if (ground.options().isCarrier() || ground.store().isInOrder(left.boot())) {
      if (!new Coalescing(ground).supersedes(tx, lane, old))
        TaskTable.release(tx, left.seq(), left.origin());
      return;
    }
    var why = QueueErrors.crashed();
    var errors = new ArrayList<>(Text.errors(old.errors()));
    errors.add(new AttemptError(left.attempt(), ground.wall(), why.code(), why.why()));
    var row =
        old.numbered(left.origin()).after(left.attempt(), old.crash() + 1, Text.errors(errors));
    if (new Coalescing(ground).supersedes(tx, lane, row)) return;
    if (row.crash() >= ground.options().attempts().crashMax()) {
      dying.die(tx, lane, row, Reason.CRASH_LOOP, QueueErrors.crashLoop(row.crash()));
    } else if (row.attempt() >= row.maxAttempt()) {
      dying.die(tx, lane, row, Reason.EXHAUSTED, why);
    } else {
      TaskTable.crashed(tx, row);
    }
  }
}
