package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Metric;
import dev.meshkit.store.StoreTx;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Adds tasks to lanes. Runs on the writer thread, except {@link #check}.
 *
 * @param <T> what tasks carry
 */
final class Enqueuing<T> {
  private static final int MAX_BODY_BYTES = 1 << 20;

  private final Ground ground;
  private final TaskCodec<T> codec;
  private final Leasing<T> leasing;
  private final Coalescing coalescing;
  private final Admission admission;

  Enqueuing(Ground ground, TaskCodec<T> codec, Leasing<T> leasing) {
    this.ground = ground;
    this.codec = codec;
    this.leasing = leasing;
    this.coalescing = new Coalescing(ground);
    this.admission = new Admission(ground, coalescing);
  }

  /**
   * A task whose value is bytes by now.
   *
   * @param spec what was asked for
   * @param body its value encoded
   */
  record Packed(TaskSpec<?> spec, Bytes body) {}

  /** Encodes and checks, on the caller's thread. */
  Result<Packed> check(TaskSpec<T> spec) {
    var body = codec.encode(spec.value());
    if (body.size() > MAX_BODY_BYTES) {
      return Result.err(
          invalid(spec, "its body of " + body.size() + " B is over 1 MiB", "send a reference"));
    }
    var strict = ground.options().mode() == QueueOptions.Mode.STRICT;
    if (strict && !(spec.options().when() instanceof When.Now)) {
      return Result.err(
          invalid(spec, "a STRICT lane takes no later start", "use a RELAXED queue, or Now"));
    }
    return Result.ok(new Packed(spec, body));
  }

  /** Adds all of them, or none when there is no room. */
  Result<List<Enqueued>> addAll(StoreTx tx, List<Packed> tasks) {
    var refusal = admission.refuse(tx, tasks);
    if (refusal.isPresent()) {
      tx.afterCommit(() -> count("REFUSED"));
      return Result.err(refusal.get());
    }
    var all = new ArrayList<Enqueued>(tasks.size());
    for (var task : tasks) all.add(add(tx, task));
    return Result.ok(List.copyOf(all));
  }

  private Enqueued add(StoreTx tx, Packed task) {
    var options = task.spec().options();
    var lane = ground.lanes().getOrAdd(tx, task.spec().lane());
    var twin = ground.deduping().twin(tx, lane, options.dedupKey());
    if (twin.isPresent()) {
      tx.afterCommit(() -> count("DUPLICATE"));
      return new Enqueued.Duplicate(twin.get());
    }
    if (!options.coalesceKey().isEmpty()) lane.coalesces();
    var old = coalescing.waiting(tx, lane, options.coalesceKey());
    old.ifPresent(replaced -> coalescing.replace(tx, lane, replaced));
    var start = start(options.when());
    var seq = ground.seqs().next(tx);
    var row = row(seq, old.map(Coalescing.Waiting::ord).orElse(seq), lane, task);
    var keys = new TaskTable.Keys(options.dedupKey(), options.coalesceKey());
    TaskTable.add(tx, row, start, keys);
    lane.backAt(tx, row.ord());
    var delayed = start.dueMs() != 0;
    lane.set(tx, lane.counts().added(row.size(), delayed));
    if (delayed) {
      tx.afterCommit(
          () -> {
            ground.alarm().at(start.dueMs());
            if (start.atWallMs() != 0) ground.alarm().byWall();
          });
    } else if (ground.lanes().leaseable(lane)) {
      leasing.serveIn(tx);
    }
    tx.afterCommit(() -> count(old.isPresent() ? "COALESCED" : "ACCEPTED"));
    var id = new TaskId(seq);
    return old.isPresent()
        ? new Enqueued.Coalesced(id, new TaskId(old.get().seq()))
        : new Enqueued.Accepted(id, ground.token(seq));
  }

  private TaskTable.Start start(When when) {
    return switch (when) {
      case When.Now() -> TaskTable.Start.NOW;
      case When.After(var delay) -> new TaskTable.Start(ground.nowMs() + delay.toMillis(), 0);
      case When.At(var wall) -> {
        var waitMs = Math.max(0, wall.toEpochMilli() - ground.wall().toEpochMilli());
        yield new TaskTable.Start(ground.nowMs() + waitMs, wall.toEpochMilli());
      }
    };
  }

  private TaskRow row(long seq, long ord, LaneState lane, Packed task) {
    var options = task.spec().options();
    var ttl = options.ttl().isZero() ? lane.lane().cls().ttl() : options.ttl();
    var crc = new CRC32C();
    crc.update(task.body().asBuffer());
    return new TaskRow(
        seq,
        lane.lid(),
        ord,
        ground.nowMs() + ttl.toMillis(),
        options.onExpiry() == OnExpiry.DROP,
        0,
        0,
        0,
        options.maxAttempts() == 0 ? ground.options().attempts().max() : options.maxAttempts(),
        0,
        ground.wall().toEpochMilli(),
        task.spec().kind(),
        codec.id(),
        crc.getValue(),
        task.body().size(),
        Text.headers(options.headers()),
        task.body(),
        Bytes.EMPTY);
  }

  private void count(String outcome) {
    ground.store().meters().count(Metric.QUEUE_ENQUEUED_TOTAL, outcome);
  }

  private MeshError invalid(TaskSpec<T> spec, String why, String fix) {
    return MeshError.validation("enqueueing " + spec.kind() + " into " + spec.lane(), why, fix);
  }
}
