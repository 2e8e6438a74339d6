package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.time.Instant;
import java.util.zip.CRC32C;

/**
 * Values to bytes and back, with what is refused on the way.
 *
 * @param options the queue's rules
 * @param codec how its values become bytes
 * @param <T> what tasks carry
 */
record Packing<T>(QueueOptions options, TaskCodec<T> codec) {
  private static final int MAX_BODY_BYTES = 1 << 20;

  /**
   * A task whose value is bytes by now.
   *
   * @param spec what was asked for
   * @param body its value encoded
   */
  record Packed(TaskSpec<?> spec, Bytes body) {}

  /**
   * Where a task comes to lie, and when.
   *
   * @param seq its identity
   * @param lid its lane
   * @param ord its place there
   * @param nowMs by the queue clock
   * @param wall by the wall clock
   */
  record Place(long seq, long lid, long ord, long nowMs, Instant wall) {}

  /** Encodes and checks, on the caller's thread. */
  Result<Packed> check(TaskSpec<T> spec) {
    var body = codec.encode(spec.value());
    if (body.size() > MAX_BODY_BYTES) {
      return Result.err(
          invalid(spec, "its body of " + body.size() + " B is over 1 MiB", "send a reference"));
    }
    var strict = options.mode() == QueueOptions.Mode.STRICT;
    if (strict && !(spec.options().when() instanceof When.Now)) {
      return Result.err(
          invalid(spec, "a STRICT lane takes no later start", "use a RELAXED queue, or Now"));
    }
    return Result.ok(new Packed(spec, body));
  }

  /** The task as it is stored. */
  TaskRow row(Place place, Packed task) {
    var how = task.spec().options();
    var ttl = how.ttl().isZero() ? task.spec().lane().cls().ttl() : how.ttl();
    return new TaskRow(
        place.seq(),
        place.lid(),
        place.ord(),
        place.nowMs() + Horizon.millis(ttl),
        how.onExpiry() == OnExpiry.DROP,
        0,
        0,
        0,
        how.maxAttempts() == 0 ? options.attempts().max() : how.maxAttempts(),
        0,
        place.wall().toEpochMilli(),
        task.spec().kind(),
        codec.id(),
        crc(task.body()),
        task.body().size(),
        Text.headers(how.headers()),
        task.body(),
        Bytes.EMPTY);
  }

  /** The value of a stored task; throws whatever its codec does if it cannot be read. */
  T value(TaskRow row) {
    if (crc(row.body()) != row.crc())
      throw new IllegalArgumentException("its checksum does not match");
    if (row.codec() != codec.id())
      throw new IllegalArgumentException("it was written by codec " + row.codec());
    return codec.decode(row.body());
  }

  private static long crc(Bytes body) {
    var crc = new CRC32C();
    crc.update(body.asBuffer());
    return crc.getValue();
  }

  private static MeshError invalid(TaskSpec<?> spec, String why, String fix) {
    return MeshError.validation("enqueueing " + spec.kind() + " into " + spec.lane(), why, fix);
  }
}
