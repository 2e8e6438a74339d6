package dev.meshkit.queue;

import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The dead of a memory queue, as operators and readers see them. Thread-safe. */
final class MemoryPoison implements PoisonQueue {
  private static final int MAX_PAGE = 500;

  private final MemoryGround ground;
  private final MemoryDoor door;
  private final MemoryJobs jobs;
  private final Map<String, Long> readers = new HashMap<>(); // guarded by the door

  MemoryPoison(MemoryGround ground, MemoryDoor door, MemoryJobs jobs) {
    this.ground = ground;
    this.door = door;
    this.jobs = jobs;
  }

  @Override
  public Result<List<DeadTask>> list(PoisonFilter filter, long afterDid, int limit) {
    return door.read(
        () ->
            Result.ok(
                ground.dead().between(afterDid, Long.MAX_VALUE).stream()
                    .filter(grave -> MemoryDead.isNamed(grave, filter))
                    .limit(Math.clamp(limit, 1, MAX_PAGE))
                    .map(MemoryDead.Grave::brief)
                    .toList()));
  }

  @Override
  public Result<Optional<DeadTask>> show(long did) {
    return door.read(() -> Result.ok(ground.dead().find(did).map(MemoryDead.Grave::task)));
  }

  @Override
  public Result<List<DeadTask>> take(String reader, Duration wait) throws InterruptedException {
    if (door.isClosed()) return Result.err(door.error());
    if (!PoisonReaders.NAME.matcher(reader).matches())
      return Result.err(PoisonReaders.badName(reader));
    var page = door.await(wait, _ -> Optional.of(page(reader)).filter(dead -> !dead.isEmpty()));
    return Result.ok(page.orElseGet(List::of));
  }

  @Override
  public Result<Unit> advance(String reader, long did) {
    if (door.isClosed()) return Result.err(door.error());
    if (!PoisonReaders.NAME.matcher(reader).matches())
      return Result.err(PoisonReaders.badName(reader));
    return door.change(_ -> moved(reader, did));
  }

  @Override
  public Result<Boolean> forget(String reader) {
    return door.read(() -> Result.ok(readers.remove(reader) != null));
  }

  @Override
  public Result<Job> redrive(PoisonFilter filter, RedriveOptions options, Audit by) {
    return begin(Job.Kind.REDRIVE, new JobSpec(ground.options().name(), filter, options), by);
  }

  @Override
  public Result<Integer> redrive(PoisonFilter filter, Audit by) {
    return redrive(filter, RedriveOptions.DEFAULTS, by).map(job -> Math.toIntExact(job.done()));
  }

  @Override
  public Result<Job> purge(PoisonFilter filter, boolean dryRun, Audit by) {
    var options = dryRun ? RedriveOptions.DEFAULTS.tried() : RedriveOptions.DEFAULTS;
    return begin(Job.Kind.PURGE, new JobSpec(ground.options().name(), filter, options), by);
  }

  @Override
  public Result<Job> await(long job, Duration wait) throws InterruptedException {
    if (door.isClosed()) return Result.err(door.error());
    var over =
        door.await(wait, _ -> jobs.find(job).filter(now -> now.state() != Job.State.RUNNING));
    if (over.isPresent()) return Result.ok(over.get());
    return door.read(
        () -> jobs.find(job).map(Result::ok).orElseGet(() -> Result.err(Jobs.noJob(job))));
  }

  @Override
  public Result<List<Job>> jobs(long afterId, int limit) {
    return door.read(() -> Result.ok(jobs.list(afterId, Math.clamp(limit, 1, MAX_PAGE))));
  }

  private List<DeadTask> page(String reader) {
    var page = new ArrayList<DeadTask>();
    var bytes = 0L;
    for (var grave : ground.dead().between(readers.getOrDefault(reader, 0L), Long.MAX_VALUE)) {
      bytes += grave.row().size();
      var isFull = page.size() == PoisonReaders.PAGE || bytes > PoisonReaders.PAGE_BYTES;
      if (!page.isEmpty() && isFull) break;
      page.add(grave.task());
    }
    return List.copyOf(page);
  }

  private Result<Unit> moved(String reader, long did) {
    var last = ground.dead().lastEver();
    if (did < 1 || did > last) return Result.err(PoisonReaders.notYet(reader, did, last));
    if (!readers.containsKey(reader) && readers.size() >= PoisonReaders.MOST_READERS)
      return Result.err(PoisonReaders.tooMany(reader));
    readers.merge(reader, did, Math::max);
    return Result.ok();
  }

  private Result<Job> begin(Job.Kind kind, JobSpec spec, Audit by) {
    if (door.isClosed()) return Result.err(door.error());
    var tried = kind == Job.Kind.PURGE ? "purging" : "redriving";
    if (by.reason().isBlank()) return Result.err(QueueErrors.noReason(tried));
    if (spec.options().dryRun()) return door.read(() -> Result.ok(would(kind, spec, by)));
    return door.change(
        tx ->
            jobs.isBusy() ? Result.err(Jobs.tooMany()) : Result.ok(jobs.begin(tx, kind, spec, by)));
  }

  @Override
  public Result<Long> staying(PoisonFilter filter, RedriveOptions options) {
    return door.read(
        () -> Result.ok(named(filter).filter(grave -> !mayLive(grave, options)).count()));
  }

  private Job would(Job.Kind kind, JobSpec spec, Audit by) {
    var options = spec.options();
    var count =
        named(spec.filter())
            .filter(grave -> kind == Job.Kind.PURGE || mayLive(grave, options))
            .limit(options.max() > 0 ? options.max() : Long.MAX_VALUE)
            .count();
    return new Job(0, kind, spec.text(), count, Job.State.DONE, by, ground.clock().wall());
  }

  private Stream<MemoryDead.Grave> named(PoisonFilter filter) {
    return ground.dead().between(0, Long.MAX_VALUE).stream()
        .filter(grave -> MemoryDead.isNamed(grave, filter));
  }

  private boolean mayLive(MemoryDead.Grave grave, RedriveOptions options) {
    return SecondLife.mayBe(grave.stone(), options, ground.options(), ground.clock().latestMs());
  }
}
