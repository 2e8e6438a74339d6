package dev.meshkit.queue;

import dev.meshkit.observe.Metric;
import dev.meshkit.store.StoreTx;

/**
 * One chunk of a redrive or purge. Runs on the writer thread; where it begins and ends is in the
 * job's row and changes in the same transaction, so a crash costs nothing and repeats nothing.
 */
final class Reviving {
  private static final int CHUNK = 128;
  private static final long CHUNK_BYTES = 1 << 20;

  /** Numbers looked at in one transaction, however few of them the filter names. */
  private static final long SPAN = 4_096;

  private final Ground ground;
  private final Leasing<?> leasing;

  Reviving(Ground ground, Leasing<?> leasing) {
    this.ground = ground;
    this.leasing = leasing;
  }

  /** Does a chunk of the job; its row as it is then. */
  JobTable.Row step(StoreTx tx, JobTable.Row row) {
    var spec = JobSpec.parse(row.job().what());
    var window = window(row, spec.options().head());
    var most = chunk(row.job(), spec.options());
    var stones =
        spec.options().head()
            ? DeadTable.newest(tx, ground, spec.filter(), window, most)
            : DeadTable.oldest(tx, ground, spec.filter(), window, most);
    var done = 0;
    var bytes = 0L;
    var last = 0L;
    for (var stone : stones) {
      bytes += stone.size();
      if (last != 0 && bytes > CHUNK_BYTES) break;
      last = stone.did();
      if (isDone(tx, row.job().kind(), stone, spec.options())) done++;
    }
    var isCut = stones.size() == most || (last != 0 && last != stones.getLast().did());
    var next = next(row, window, spec.options(), isCut ? last : 0, done);
    JobTable.move(tx, next);
    return next;
  }

  private boolean isDone(StoreTx tx, Job.Kind kind, DeadTable.Stone stone, RedriveOptions options) {
    return switch (kind) {
      case PURGE -> {
        DeadTable.forget(tx, ground, stone);
        yield true;
      }
      case REDRIVE -> {
        var lives = SecondLife.mayBe(stone, options, ground.options(), ground.latestMs());
        if (lives) revive(tx, stone, options);
        yield lives;
      }
      case CANCEL, PAUSE, RESUME, WEIGH, FORGET, REMEMBER ->
          throw new IllegalStateException("no job of the dead: " + kind);
    };
  }

  /** The numbers to look at now: the lowest that are left, or the highest. */
  private static DeadTable.Span window(JobTable.Row row, boolean head) {
    return head
        ? new DeadTable.Span(Math.max(row.after(), row.upTo() - SPAN), row.upTo())
        : new DeadTable.Span(row.after(), Math.min(row.upTo(), row.after() + SPAN));
  }

  /** At most what one transaction holds, one second's worth, and what is still wanted. */
  private static int chunk(Job job, RedriveOptions options) {
    var rate = options.perSecond() > 0 ? Math.max(1, (long) options.perSecond()) : CHUNK;
    var left = options.max() > 0 ? options.max() - job.done() : CHUNK;
    return (int) Math.min(CHUNK, Math.min(rate, left));
  }

  private static JobTable.Row next(
      JobTable.Row row, DeadTable.Span window, RedriveOptions options, long cutAt, int done) {
    if (options.max() > 0 && row.job().done() + done >= options.max()) return row.finished(done);
    if (options.head())
      return row.moved(row.after(), cutAt == 0 ? window.after() : cutAt - 1, done);
    return row.moved(cutAt == 0 ? window.upTo() : cutAt, row.upTo(), done);
  }

  private void revive(StoreTx tx, DeadTable.Stone stone, RedriveOptions options) {
    var dead = DeadTable.row(tx, stone.did());
    var from = ground.lanes().get(stone.lid());
    var to =
        options.toLane().isEmpty()
            ? from
            : ground.lanes().getOrAdd(tx, new Lane(options.toLane(), from.lane().cls()));
    var fresh = ground.seqs().next(tx);
    var untilMs =
        ground.nowMs() + SecondLife.ms(stone, options, ground.options(), ground.latestMs());
    var row = dead.placed(options.head() ? -fresh : fresh, untilMs); // below all, or above all
    var wallMs = ground.wall().toEpochMilli();
    if (options.asNew()) row = row.anew(fresh, to.lid(), wallMs);
    else if (to != from) row = row.anew(row.seq(), to.lid(), wallMs); // nobody there has had it
    if (options.asNew()) DeadTable.forget(tx, ground, stone);
    else DeadTable.remove(tx, ground, stone);
    TaskTable.add(tx, row, TaskTable.Start.NOW, TaskTable.Keys.NONE);
    to.set(tx, to.counts().added(row.size(), false));
    to.backAt(tx, row.ord());
    ground.traces().add(tx, row.seq(), Traces.What.REDRIVEN, row.attempt());
    leasing.serveIn(tx);
    tx.afterCommit(
        () -> {
          ground.alarm().expiry(untilMs);
          ground.store().meters().count(Metric.QUEUE_REDRIVEN_TOTAL);
        });
  }
}
