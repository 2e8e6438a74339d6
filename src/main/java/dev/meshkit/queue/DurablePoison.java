package dev.meshkit.queue;

import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The dead of a queue in SQLite. Thread-safe. */
final class DurablePoison implements PoisonQueue {
  private static final int MAX_PAGE = 500;

  /** No number among the dead: it lives. */
  static final String FOUND =
      """
      SELECT 0, 0 FROM task WHERE seq = ?1
      UNION ALL SELECT did, reason FROM dead WHERE seq = ?1""";

  private final Ground ground;
  private final PoisonReaders readers;
  private final Jobs jobs;

  DurablePoison(Ground ground, Jobs jobs) {
    this.ground = ground;
    this.readers = new PoisonReaders(ground);
    this.jobs = jobs;
  }

  @Override
  public Result<List<DeadTask>> list(PoisonFilter filter, long afterDid, int limit)
      throws InterruptedException {
    var page = Math.clamp(limit, 1, MAX_PAGE);
    return ground.life().read(reading -> DeadTable.list(reading, ground, filter, afterDid, page));
  }

  @Override
  public Result<Optional<DeadTask>> show(long did) throws InterruptedException {
    return ground.life().read(reading -> DeadTable.show(reading, ground, did).stream().findFirst());
  }

  @Override
  public Result<List<DeadTask>> take(String reader, Duration wait) throws InterruptedException {
    return readers.take(reader, Horizon.of(wait));
  }

  @Override
  public Result<Unit> advance(String reader, long did) throws InterruptedException {
    return readers.advance(reader, did);
  }

  @Override
  public Result<Boolean> forget(String reader) throws InterruptedException {
    return readers.forget(reader);
  }

  @Override
  public Result<Job> redrive(PoisonFilter filter, RedriveOptions options, Audit by)
      throws InterruptedException {
    return begin(Job.Kind.REDRIVE, filter, options, by);
  }

  @Override
  public Result<Integer> redrive(PoisonFilter filter, Audit by) throws InterruptedException {
    if (ground.life().isClosing()) return Result.err(ground.life().error());
    if (by.reason().isBlank()) return Result.err(QueueErrors.noReason("redriving"));
    var spec = new JobSpec(ground.options().name(), filter, RedriveOptions.DEFAULTS);
    return jobs.whole(jobs.draft(Job.Kind.REDRIVE, spec), by)
        .map(job -> Math.toIntExact(job.done()));
  }

  @Override
  public Result<Job> purge(PoisonFilter filter, boolean dryRun, Audit by)
      throws InterruptedException {
    var options = dryRun ? RedriveOptions.DEFAULTS.tried() : RedriveOptions.DEFAULTS;
    return begin(Job.Kind.PURGE, filter, options, by);
  }

  @Override
  public Result<Job> await(long job, Duration wait) throws InterruptedException {
    return jobs.await(job, Horizon.of(wait));
  }

  @Override
  public Result<List<Job>> jobs(long afterId, int limit) throws InterruptedException {
    return jobs.list(afterId, Math.clamp(limit, 1, MAX_PAGE));
  }

  private Result<Job> begin(Job.Kind kind, PoisonFilter filter, RedriveOptions options, Audit by)
      throws InterruptedException {
    var tried = kind == Job.Kind.PURGE ? "purging" : "redriving";
    if (ground.life().isClosing()) return Result.err(ground.life().error());
    if (by.reason().isBlank()) return Result.err(QueueErrors.noReason(tried));
    var spec = new JobSpec(ground.options().name(), filter, options);
    if (!options.dryRun()) return jobs.begin(jobs.draft(kind, spec), by);
    var most = options.max() > 0 ? options.max() : Long.MAX_VALUE;
    return count(filter, most, stone -> kind == Job.Kind.PURGE || mayLive(stone, options))
        .map(would -> new Job(0, kind, spec.text(), would, Job.State.DONE, by, ground.wall()));
  }

  @Override
  public Result<Long> staying(PoisonFilter filter, RedriveOptions options)
      throws InterruptedException {
    return count(filter, Long.MAX_VALUE, stone -> !mayLive(stone, options));
  }

  private boolean mayLive(DeadTable.Stone stone, RedriveOptions options) {
    return SecondLife.mayBe(stone, options, ground.options(), ground.latestMs());
  }

  private Result<Long> count(PoisonFilter filter, long most, Predicate<DeadTable.Stone> counts)
      throws InterruptedException {
    var count = 0L;
    var left = DeadTable.Span.of(filter);
    while (true) {
      var span = left;
      var page = ground.life().read(read -> DeadTable.oldest(read, ground, filter, span, MAX_PAGE));
      if (!(page instanceof Result.Ok<List<DeadTable.Stone>>(var stones))) return page.cast();
      count += stones.stream().filter(counts).count();
      if (stones.size() < MAX_PAGE || count >= most) return Result.ok(Math.min(count, most));
      left = new DeadTable.Span(stones.getLast().did(), span.upTo());
    }
  }

  /**
   * How a task ended, as the tables tell, or else what is remembered; empty while it lives. One
   * statement, hence one moment: it may die, or come back, meanwhile.
   */
  Optional<Result<Settled>> ended(TaskId id) throws InterruptedException {
    return ground
        .store()
        .read(reading -> reading.query(FOUND, DurablePoison::found, id.seq()))
        .map(found -> ended(id, found))
        .or(Optional.empty());
  }

  private Optional<Result<Settled>> ended(TaskId id, List<Settled.Dead> found) {
    if (found.isEmpty()) return Optional.of(ground.endings().lost(id));
    return found.stream().filter(dead -> dead.did() != 0).findFirst().map(Result::ok);
  }

  private static Settled.Dead found(ResultSet row) throws SQLException {
    return new Settled.Dead(row.getLong(1), Reason.of(row.getInt(2)));
  }
}
