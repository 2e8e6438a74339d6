package dev.meshkit.queue;

import dev.meshkit.store.Commitment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What operators had a memory queue do, and the redrives and purges that go on as time allows.
 * Guarded by the queue's lock.
 */
final class MemoryJobs {
  private static final int KEPT = 10_000;

  private final MemoryGround ground;
  private final MemoryDying dying;
  private final NavigableMap<Long, JobTable.Row> rows = new TreeMap<>();
  private final NavigableMap<Long, Instant> running = new TreeMap<>(); // since when
  private long lastId;

  MemoryJobs(MemoryGround ground, MemoryDying dying) {
    this.ground = ground;
    this.dying = dying;
  }

  boolean isBusy() {
    return running.size() >= Jobs.MOST;
  }

  /** Writes down what was done at once; its number. */
  long audit(Job.Kind kind, String what, long done, Audit by) {
    return put(new Job(0, kind, what, done, Job.State.DONE, by, ground.clock().wall()), 0, 0);
  }

  /** Begins a redrive or purge, and does what it may do at once. */
  Job begin(Commitment tx, Job.Kind kind, JobSpec spec, Audit by) {
    var draft = new Job(0, kind, spec.text(), 0, Job.State.RUNNING, by, ground.clock().wall());
    var id = put(draft, 0, ground.dead().lastEver());
    running.put(id, ground.clock().monotonic());
    tx.onRollback(
        () -> {
          rows.remove(id);
          running.remove(id);
        });
    step(tx, id);
    return find(id).orElseThrow();
  }

  Optional<Job> find(long id) {
    return Optional.ofNullable(rows.get(id)).map(JobTable.Row::job);
  }

  List<Job> list(long afterId, int limit) {
    return rows.tailMap(afterId, false).values().stream()
        .limit(limit)
        .map(JobTable.Row::job)
        .toList();
  }

  /** Goes on with those that a rate holds back. */
  void step(Commitment tx) {
    for (var id : List.copyOf(running.keySet())) step(tx, id);
  }

  /** How long until one of them may go on. */
  Optional<Duration> untilNext() {
    return running.isEmpty() ? Optional.empty() : Optional.of(Duration.ofMillis(100));
  }

  private long put(Job draft, long after, long upTo) {
    var id = ++lastId;
    rows.put(id, new JobTable.Row(numbered(draft, id), after, upTo));
    while (rows.size() > KEPT && !running.containsKey(rows.firstKey())) rows.pollFirstEntry();
    return id;
  }

  private static Job numbered(Job draft, long id) {
    return new Job(
        id, draft.kind(), draft.what(), draft.done(), draft.state(), draft.by(), draft.begunWall());
  }

  private void step(Commitment tx, long id) {
    var row = rows.get(id);
    var since = running.get(id);
    if (row == null || since == null) throw new IllegalStateException("job " + id + " is over");
    var spec = JobSpec.parse(row.job().what());
    var most = allowed(spec.options(), since) - row.job().done();
    if (most <= 0) return; // its rate holds it back: nothing has changed
    var next = stepped(tx, row, most);
    rows.put(id, next);
    if (next.job().state() != Job.State.RUNNING) running.remove(id);
    tx.onRollback(
        () -> {
          rows.put(id, row);
          running.put(id, since);
        });
  }

  /** A second's worth at once, and what the rate has allowed since. */
  private long allowed(RedriveOptions options, Instant since) {
    if (options.perSecond() == 0) return Long.MAX_VALUE;
    var seconds = Duration.between(since, ground.clock().monotonic()).toNanos() / 1e9;
    return Math.max(1, (long) options.perSecond()) + (long) (options.perSecond() * seconds);
  }

  private JobTable.Row stepped(Commitment tx, JobTable.Row row, long most) {
    var spec = JobSpec.parse(row.job().what());
    var graves = ground.dead().between(row.after(), row.upTo());
    var head = spec.options().head();
    var wanted = spec.options().max() > 0 ? spec.options().max() - row.job().done() : most;
    var done = 0L;
    for (var grave : head ? graves.reversed() : graves) {
      if (done == Math.min(most, wanted)) {
        if (done == wanted && spec.options().max() > 0) break;
        var did = grave.task().did();
        return head ? row.moved(row.after(), did, done) : row.moved(did - 1, row.upTo(), done);
      }
      if (MemoryDead.isNamed(grave, spec.filter()) && isDone(tx, row.job().kind(), grave, spec)) {
        done++;
      }
    }
    return row.finished(done);
  }

  private boolean isDone(Commitment tx, Job.Kind kind, MemoryDead.Grave grave, JobSpec spec) {
    if (kind == Job.Kind.PURGE) {
      dying.forget(tx, grave);
      return true;
    }
    if (!SecondLife.mayBe(
        grave.stone(), spec.options(), ground.options(), ground.clock().latestMs())) return false;
    revive(tx, grave, spec.options());
    return true;
  }

  private void revive(Commitment tx, MemoryDead.Grave grave, RedriveOptions options) {
    var from = grave.lane();
    var to =
        options.toLane().isEmpty()
            ? from
            : ground.book().getOrAdd(tx, new Lane(options.toLane(), from.lane().cls()));
    var fresh = ground.book().nextSeq();
    var clock = ground.clock();
    var untilMs =
        clock.nowMs() + SecondLife.ms(grave.stone(), options, ground.options(), clock.latestMs());
    var row = grave.row().revived().placed(options.head() ? -fresh : fresh, untilMs);
    var wallMs = clock.wall().toEpochMilli();
    if (options.asNew()) row = row.anew(fresh, to.lid(), wallMs);
    else if (to != from) row = row.anew(row.seq(), to.lid(), wallMs); // nobody there has had it
    if (options.asNew()) dying.forget(tx, grave);
    else dying.remove(tx, grave);
    ground.book().add(tx, new MemoryTask(to, TaskTable.Keys.NONE, MemoryTask.Standing.ready(row)));
  }
}
