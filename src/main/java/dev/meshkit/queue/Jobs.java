package dev.meshkit.queue;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.observe.RedriveEvent;
import dev.meshkit.store.Op;
import dev.meshkit.store.StoreTx;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Redrives, purges and cancellations under way: a virtual thread each, at most 16 at a time, and a
 * row that says how far each has come. What a crash or a stop interrupts goes on at the next start.
 * Thread-safe.
 */
final class Jobs {
  private static final System.Logger LOG = System.getLogger(Jobs.class.getName());
  static final int MOST = 16;

  private final Ground ground;
  private final Steps steps;
  private final Map<Long, Run> runs = new ConcurrentHashMap<>();
  private final Set<Long> flawed = ConcurrentHashMap.newKeySet(); // of which it was told
  private final AtomicInteger places = new AtomicInteger(); // taken, before a job is written down

  /** Who does a chunk of a job, by what it is done to. */
  record Steps(Reviving dead, Cancelling live) {}

  /**
   * A job that has not begun.
   *
   * @param kind what is done
   * @param text to what, as in {@link Job#what}
   * @param span where that lies when it begins
   */
  record Draft(Job.Kind kind, String text, Function<StoreTx, DeadTable.Span> span) {}

  /** A job of this process. */
  private final class Run {
    private final Job job;
    private final Thread thread;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile Result<Job> end = Result.err(cutOff());

    Run(Job job) {
      this.job = job;
      var name = "queue-" + ground.options().name() + "-job-" + job.id();
      this.thread = Thread.ofVirtual().name(name).unstarted(() -> run(this));
    }
  }

  Jobs(Ground ground, Steps steps) {
    this.ground = ground;
    this.steps = steps;
  }

  /** Of the dead. */
  Draft draft(Job.Kind kind, JobSpec spec) {
    return new Draft(kind, spec.text(), tx -> DeadTable.span(tx, ground, spec.filter()));
  }

  /** Of the living. */
  Draft cancel(TaskFilter which) {
    var text = new CancelSpec(ground.options().name(), which).text();
    return new Draft(Job.Kind.CANCEL, text, tx -> Cancelling.span(tx, which));
  }

  /** Goes on with what the last process left; what a disk has damaged of it is left out. */
  Result<Integer> resume() throws InterruptedException {
    return ground.store().read(JobTable::running).map(this::whole).map(this::resume);
  }

  /** What operators had done, oldest first; what a disk has damaged of it is left out. */
  Result<List<Job>> list(long afterId, int limit) throws InterruptedException {
    return ground
        .life()
        .read(reading -> JobTable.list(reading, afterId, limit))
        .map(this::whole)
        .map(rows -> rows.stream().map(JobTable.Row::job).toList());
  }

  /** The rows that make sense; which do not is logged, once. */
  private List<JobTable.Row> whole(JobTable.Page page) {
    for (var flaw : page.flaws()) {
      if (!flawed.add(flaw.id())) continue;
      var error = QueueErrors.damagedJob(flaw.id(), flaw.what());
      LOG.log(Level.WARNING, "{0} queue={1}", error.text(), ground.options().name());
    }
    return page.rows();
  }

  private int resume(List<JobTable.Row> rows) {
    var ours = new ArrayList<Job>();
    for (var row : rows) {
      var spec = JobSpec.parse(row.job().what());
      if (spec.queue().equals(ground.options().name())) ours.add(row.job());
    }
    places.addAndGet(ours.size()); // whatever the limit is by now: they had begun
    ours.forEach(job -> start(new Run(job)));
    return ours.size();
  }

  /** Writes the job down and starts it: what dies from now on is none of its business. */
  Result<Job> begin(Draft draft, Audit by) throws InterruptedException {
    return begun(draft, by).map(run -> run.job);
  }

  /** As {@link #begin}, and blocks until it has ended, or the error that ended it. */
  Result<Job> whole(Draft draft, Audit by) throws InterruptedException {
    var begun = begun(draft, by);
    if (!(begun instanceof Result.Ok<Run>(var run))) return begun.cast();
    run.over.await();
    return run.end;
  }

  private Result<Run> begun(Draft draft, Audit by) throws InterruptedException {
    if (ground.life().isClosing()) return Result.err(ground.life().error());
    if (places.incrementAndGet() > MOST) {
      places.decrementAndGet();
      return Result.err(tooMany());
    }
    var begun = false;
    try {
      var run = written(draft, by).map(job -> start(new Run(job)));
      begun = run.isOk();
      return run;
    } finally {
      if (!begun) places.decrementAndGet();
    }
  }

  private Result<Job> written(Draft draft, Audit by) throws InterruptedException {
    var first = new Job(0, draft.kind(), draft.text(), 0, Job.State.RUNNING, by, ground.wall());
    return ground
        .life()
        .write(
            Op.record(
                "queue.job",
                tx -> {
                  var span = draft.span().apply(tx);
                  var row = new JobTable.Row(first, span.after(), span.upTo());
                  return JobTable.get(tx, JobTable.add(tx, row)).orElseThrow().job();
                }));
  }

  /** Blocks until the job ends or {@code wait} is over; the job as it is then. */
  Result<Job> await(long id, Duration wait) throws InterruptedException {
    var run = runs.get(id);
    if (run != null && run.over.await(wait.toNanos(), TimeUnit.NANOSECONDS)) return run.end;
    return ground
        .life()
        .read(reading -> JobTable.get(reading, id))
        .flatMap(
            found -> found.map(row -> Result.ok(row.job())).orElseGet(() -> Result.err(noJob(id))));
  }

  /** Stops where they are; the next start goes on. No chunk is done once this has returned. */
  void close() {
    runs.values().forEach(run -> run.thread.interrupt());
  }

  private Run start(Run run) {
    runs.put(run.job.id(), run);
    run.thread.start();
    return run;
  }

  private void run(Run run) {
    try {
      run.end = all(run.job);
      run.end.onOk(Jobs::tell);
      if (run.end instanceof Result.Err<Job>(var error) && !ground.life().isClosing())
        stop(run.job, error);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // close() asked for it: the row keeps the place
    } finally {
      runs.remove(run.job.id());
      places.decrementAndGet();
      run.over.countDown(); // last: whoever waited for it may begin another
    }
  }

  private Result<Job> all(Job job) throws InterruptedException {
    var rate = JobSpec.parse(job.what()).options().perSecond();
    var before = job.done();
    while (!ground.life().isClosing()) {
      var step = ground.store().submit(chunk(job));
      if (!(step instanceof Result.Ok<Job>(var now)) || now.state() != Job.State.RUNNING)
        return step;
      if (rate > 0) Thread.sleep(Duration.ofNanos((long) ((now.done() - before) / rate * 1e9)));
      before = now.done();
    }
    return Result.err(cutOff());
  }

  /** What is redriven needs room on the disk; what is purged or canceled makes some. */
  private Op<Job> chunk(Job job) {
    var name = "queue." + job.kind().text();
    var kind = job.kind() == Job.Kind.REDRIVE ? Op.Kind.ENQUEUE : Op.Kind.RECORD;
    return new Op<>(
        name,
        kind,
        0,
        tx -> {
          var row = JobTable.get(tx, job.id()).orElseThrow();
          var isOver = ground.life().isClosing() || row.job().state() != Job.State.RUNNING;
          return isOver ? row.job() : step(tx, row).job();
        });
  }

  private JobTable.Row step(StoreTx tx, JobTable.Row row) {
    return row.job().kind() == Job.Kind.CANCEL
        ? steps.live().step(tx, row)
        : steps.dead().step(tx, row);
  }

  private void stop(Job job, MeshError why) throws InterruptedException {
    var marked = ground.store().submit(Op.record("queue.stop", tx -> JobTable.stop(tx, job.id())));
    LOG.log(
        Level.WARNING,
        "{0} {1} stopped before its end: queue={2} why={3} goes on at the next start={4}",
        job.kind(),
        job.id(),
        ground.options().name(),
        why.text(),
        !marked.isOk());
  }

  private static void tell(Job job) {
    LOG.log(
        Level.INFO,
        "{0} {1} done: tasks={2} actor={3} reason={4}",
        job.kind(),
        job.id(),
        job.done(),
        job.by().actor(),
        job.by().reason());
    if (job.kind() == Job.Kind.REDRIVE) {
      var filter = job.what().replace('\t', '=').replace('\n', ' ').strip();
      RedriveEvent.emit(filter, job.done(), job.by().actor());
    }
  }

  private MeshError cutOff() {
    return QueueErrors.cutOff(ground.options().name());
  }

  static MeshError tooMany() {
    return MeshError.of(
        "error.precondition",
        "beginning a redrive, purge or cancel",
        MOST + " are under way",
        "wait for one to end: v_jobs shows them",
        MeshError.Retry.NEVER);
  }

  static MeshError noJob(long id) {
    return MeshError.of(
        "error.not_found",
        "looking at job " + id,
        "there is none of that number, or it is over for 90 days",
        "see v_jobs",
        MeshError.Retry.NEVER);
  }
}
