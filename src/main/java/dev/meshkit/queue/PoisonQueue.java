package dev.meshkit.queue;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The dead of one queue: to be looked at, read by name, brought back, or removed. Thread-safe;
 * every call may block for one read or one commit, and longer only where it says so. Errors are
 * those of the store, and the ones named.
 */
public final class PoisonQueue {
  private static final int MAX_PAGE = 500;
  private static final String LIVE = "SELECT 1 FROM task WHERE seq = ?";
  private static final String DIED = "SELECT did, reason FROM dead WHERE seq = ?";

  private final Ground ground;
  private final PoisonReaders readers;
  private final Jobs jobs;

  PoisonQueue(Ground ground, Leasing<?> leasing) {
    this.ground = ground;
    this.readers = new PoisonReaders(ground);
    this.jobs = new Jobs(ground, new Reviving(ground, leasing));
  }

  /** At most {@code limit} (≤ 500) of the dead after number {@code afterDid}, oldest first. */
  public Result<List<DeadTask>> list(PoisonFilter filter, long afterDid, int limit)
      throws InterruptedException {
    var page = Math.clamp(limit, 1, MAX_PAGE);
    return ground.store().read(reading -> DeadTable.list(reading, ground, filter, afterDid, page));
  }

  /** One of them whole, if it is still there. */
  public Result<Optional<DeadTask>> show(long did) throws InterruptedException {
    return ground
        .store()
        .read(reading -> DeadTable.show(reading, ground, did).stream().findFirst());
  }

  /**
   * The next of the dead for a named reader, whole, oldest first: those after the last one it
   * advanced to, across restarts; the first time, all there are. At most 32, or 1 MiB of bodies.
   * Blocks until there is one, at most {@code wait}, then an empty list. Until the reader advances
   * it gets the same ones again, so it sees each at least once; others are not concerned. What the
   * retention, a redrive or a purge removes meanwhile is not seen. {@code error.validation} unless
   * the name has 1 to 64 of {@code A-Z a-z 0-9 . _ -}.
   */
  public Result<List<DeadTask>> take(String reader, Duration wait) throws InterruptedException {
    return readers.take(reader, wait);
  }

  /**
   * The reader is done with number {@code did} and all before it; durable when it returns. Never
   * goes back. {@code error.validation} for a number that nobody dead has had yet, and for one
   * reader more than 64.
   */
  public Result<Unit> advance(String reader, long did) throws InterruptedException {
    return readers.advance(reader, did);
  }

  /** Forgets a reader: the next of this name begins anew. Whether there was one. */
  public Result<Boolean> forget(String reader) throws InterruptedException {
    return readers.forget(reader);
  }

  /**
   * Begins to bring back the dead that the filter names, oldest first: with the same number, token
   * and history, fresh attempts and time to live, and in its own lane the same place in the
   * numbering. Never one that died after this began, one that came back {@code retention.redrives}
   * times, or, except {@code asNew}, one that its receiver has FORGOTTEN. Durable when it returns,
   * and goes on by itself: 128 tasks or 1 MiB a transaction, across crashes and restarts; {@link
   * #await} waits for its end. Stops at the first error of the store. With {@code dryRun} nothing
   * is written, and the answer is a job without a number that counts what would come back.
   *
   * @return {@code error.validation} without a reason, {@code error.precondition} while 16 jobs are
   *     under way
   */
  public Result<Job> redrive(PoisonFilter filter, RedriveOptions options, Audit by)
      throws InterruptedException {
    return begin(Job.Kind.REDRIVE, filter, options, by);
  }

  /** Redrives as fast as it goes and blocks until it has ended; how many came back. */
  public Result<Integer> redrive(PoisonFilter filter, Audit by) throws InterruptedException {
    if (by.reason().isBlank()) return Result.err(noReason(Job.Kind.REDRIVE));
    var spec = new JobSpec(ground.options().name(), filter, RedriveOptions.DEFAULTS);
    return jobs.whole(Job.Kind.REDRIVE, spec, by).map(job -> Math.toIntExact(job.done()));
  }

  /** Begins to remove the dead that the filter names, for good; otherwise as {@link #redrive}. */
  public Result<Job> purge(PoisonFilter filter, boolean dryRun, Audit by)
      throws InterruptedException {
    var options = dryRun ? RedriveOptions.DEFAULTS.tried() : RedriveOptions.DEFAULTS;
    return begin(Job.Kind.PURGE, filter, options, by);
  }

  /**
   * Blocks until a redrive or purge has ended, at most {@code wait}; the job as it is then, or the
   * error that ended it meanwhile: of one that ended before, the state says so. {@code
   * error.not_found} for a number that no job has.
   */
  public Result<Job> await(long job, Duration wait) throws InterruptedException {
    return jobs.await(job, wait);
  }

  /** At most {@code limit} (≤ 500) jobs after a number, oldest first: the audit of this store. */
  public Result<List<Job>> jobs(long afterId, int limit) throws InterruptedException {
    var page = Math.clamp(limit, 1, MAX_PAGE);
    return ground
        .store()
        .read(reading -> JobTable.list(reading, afterId, page))
        .map(rows -> rows.stream().map(JobTable.Row::job).toList());
  }

  /** Goes on with the jobs that an earlier process left; how many. */
  Result<Integer> resume() throws InterruptedException {
    return jobs.resume();
  }

  /** Leaves its jobs to the next start. */
  void close() {
    jobs.close();
  }

  private Result<Job> begin(Job.Kind kind, PoisonFilter filter, RedriveOptions options, Audit by)
      throws InterruptedException {
    if (by.reason().isBlank()) return Result.err(noReason(kind));
    var spec = new JobSpec(ground.options().name(), filter, options);
    if (!options.dryRun()) return jobs.begin(kind, spec, by);
    return count(kind, filter, options)
        .map(would -> new Job(0, kind, spec.text(), would, Job.State.DONE, by, ground.wall()));
  }

  private Result<Long> count(Job.Kind kind, PoisonFilter filter, RedriveOptions options)
      throws InterruptedException {
    var most = options.max() > 0 ? options.max() : Long.MAX_VALUE;
    var count = 0L;
    var after = 0L;
    while (true) {
      var span = new DeadTable.Span(after, Long.MAX_VALUE);
      var page =
          ground.store().read(read -> DeadTable.oldest(read, ground, filter, span, MAX_PAGE));
      if (!(page instanceof Result.Ok<List<DeadTable.Stone>>(var stones))) return page.cast();
      count +=
          stones.stream()
              .filter(
                  stone ->
                      kind == Job.Kind.PURGE || Reviving.mayLive(stone, options, ground.options()))
              .count();
      if (stones.size() < MAX_PAGE || count >= most) return Result.ok(Math.min(count, most));
      after = stones.getLast().did();
    }
  }

  private static MeshError noReason(Job.Kind kind) {
    var tried = kind == Job.Kind.PURGE ? "purging" : "redriving";
    return MeshError.validation(tried, "it needs a reason", "say why, for the audit");
  }

  /** How a task ended, as the tables tell; empty while it lives. */
  Optional<Settled> ended(TaskId id) throws InterruptedException {
    return ground
        .store()
        .read(
            reading -> {
              if (!reading.query(LIVE, row -> row.getInt(1), id.seq()).isEmpty())
                return Optional.<Settled>empty();
              return Optional.of(
                  reading
                      .query(
                          DIED,
                          row ->
                              (Settled) new Settled.Dead(row.getLong(1), Reason.of(row.getInt(2))),
                          id.seq())
                      .stream()
                      .findFirst()
                      .orElseGet(Settled.Done::new));
            })
        .or(Optional.empty());
  }
}
