package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Values to bytes and back, with what is refused on the way.
 *
 * @param options the queue's rules
 * @param codec how its values become bytes
 * @param <T> what tasks carry
 */
record Packing<T>(QueueOptions options, TaskCodec<T> codec) {
  /** Of headers and body: what a message may be. */
  private static final int MAX_BYTES = 1 << 20;

  /** Of one call: what a transaction adds while all others wait for it. */
  static final int MOST_TASKS = 10_000;

  static final int MOST_BYTES = 16 << 20;

  /** As of a message: they lie in the row, beside which the ready index walks. */
  private static final int MAX_HEADERS = 64;

  private static final int MAX_HEADER_CHARS = 16 << 10;

  /**
   * A task whose value is bytes by now.
   *
   * @param spec what was asked for
   * @param headers its headers as they are stored
   * @param body its value encoded
   * @param crc of all that its worker is given
   */
  record Packed(TaskSpec<?> spec, Bytes headers, Bytes body, long crc) {
    /** Bytes it takes of the room there is. */
    int size() {
      return headers.size() + body.size();
    }
  }

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
    var how = spec.options();
    var flaw = flaw(how);
    if (flaw.isPresent()) return Result.err(invalid(spec, flaw.get(), "mend the text"));
    var chars = chars(how.headers());
    if (how.headers().size() > MAX_HEADERS || chars > MAX_HEADER_CHARS) {
      var many = how.headers().size() + " headers of " + chars + " characters in all";
      return Result.err(
          invalid(spec, "it has " + many + ", over 64 or 16,384", "put them into the body"));
    }
    var packed = packed(spec);
    if (packed.size() > MAX_BYTES) {
      return Result.err(
          invalid(spec, "its body of " + parts(packed) + " over 1 MiB", "send a reference"));
    }
    var strict = options.mode() == QueueOptions.Mode.STRICT;
    if (strict && !(how.when() instanceof When.Now)) {
      return Result.err(
          invalid(spec, "a STRICT lane takes no later start", "use a RELAXED queue, or Now"));
    }
    var never = flaw(how.when());
    if (never.isPresent())
      return Result.err(invalid(spec, never.get(), "give a time that can be waited for"));
    return Result.ok(packed);
  }

  private Packed packed(TaskSpec<T> spec) {
    var headers = Text.headers(spec.options().headers());
    var body = codec.encode(spec.value());
    return new Packed(spec, headers, body, crc(spec.kind(), headers, body));
  }

  private static String parts(Packed task) {
    var body = task.body().size() + " B";
    var headers = task.headers().size();
    return headers == 0 ? body + " is" : body + " and headers of " + headers + " B are";
  }

  /** Why nothing can begin then: clocks that count milliseconds end somewhere. */
  private static Optional<String> flaw(When when) {
    return switch (when) {
      case When.After(var delay) when delay.isNegative() ->
          Optional.of("its delay is negative: " + delay);
      case When.At(var wall) when wall.isBefore(Instant.EPOCH) || wall.isAfter(Horizon.LAST) ->
          Optional.of("its start is not between 1970 and " + Horizon.LAST + ": " + wall);
      case When.Now _, When.After _, When.At _ -> Optional.empty();
    };
  }

  /** Encodes and checks those of one call, all on the caller's thread. */
  Result<List<Packed>> check(List<TaskSpec<T>> specs) {
    if (specs.size() > MOST_TASKS) return Result.err(tooMany(specs.size() + " tasks"));
    var all = new ArrayList<Packed>(specs.size());
    var bytes = 0L;
    for (var spec : specs) {
      var checked = check(spec).onOk(all::add);
      if (!checked.isOk()) return checked.cast();
      bytes += all.getLast().size();
      if (bytes > MOST_BYTES) return Result.err(tooMany(bytes + " bytes or more"));
    }
    return Result.ok(List.copyOf(all));
  }

  private MeshError tooMany(String what) {
    return MeshError.validation(
        "enqueueing into " + options.name(),
        what + " at once are over " + MOST_TASKS + " tasks or " + MOST_BYTES + " bytes",
        "enqueue them in parts: one transaction holds up all others");
  }

  private static int chars(Map<String, String> headers) {
    return headers.entrySet().stream()
        .mapToInt(one -> one.getKey().length() + one.getValue().length())
        .sum();
  }

  /** What of its keys and headers cannot be stored as it is. */
  private static Optional<String> flaw(TaskOptions how) {
    if (how.dedupKey().isEmpty() && how.coalesceKey().isEmpty() && how.headers().isEmpty()) {
      return Optional.empty();
    }
    var texts = new LinkedHashMap<String, String>();
    texts.put(how.dedupKey(), "its dedup key");
    texts.put(how.coalesceKey(), "its coalesce key");
    how.headers().keySet().forEach(name -> texts.put(name, "the name of a header"));
    how.headers().forEach((name, value) -> texts.put(value, "its header '" + name + "'"));
    for (var text : texts.entrySet()) {
      var at = WellFormed.flaw(text.getKey());
      if (at.isPresent())
        return Optional.of(text.getValue() + " is no text: " + WellFormed.flaw(at.getAsInt()));
    }
    return Optional.empty();
  }

  /** The task as it is stored. */
  TaskRow row(Place place, Packed task) {
    var how = task.spec().options();
    var ttl = how.ttl().isZero() ? task.spec().lane().cls().ttl() : how.ttl();
    return new TaskRow(
        place.seq(),
        place.lid(),
        place.ord(),
        place.nowMs() + waitMs(place, how.when()) + Horizon.millis(ttl),
        how.onExpiry() == OnExpiry.DROP,
        0,
        0,
        0,
        how.maxAttempts() == 0 ? options.attempts().max() : how.maxAttempts(),
        0,
        place.wall().toEpochMilli(),
        task.spec().kind(),
        codec.id(),
        task.crc(),
        task.size(),
        task.headers(),
        task.body(),
        Bytes.EMPTY);
  }

  /** How long it cannot be leased: its life begins when it can. */
  private static long waitMs(Place place, When when) {
    return switch (when) {
      case When.Now() -> 0;
      case When.After(var delay) -> Horizon.millis(delay);
      case When.At(var wall) -> Math.max(0, wall.toEpochMilli() - place.wall().toEpochMilli());
    };
  }

  /**
   * The value of a stored task; throws whatever its codec does if it cannot be read, and says what
   * of its row is damaged.
   */
  T value(TaskRow row) {
    sound(row);
    if (row.codec() != codec.id())
      throw new IllegalArgumentException("it was written by codec " + row.codec());
    return codec.decode(row.body());
  }

  private static void sound(TaskRow row) {
    var whole = crc(row.kind(), row.headers(), row.body()) == row.crc();
    if (!whole && crc("", Bytes.EMPTY, row.body()) != row.crc())
      throw new IllegalArgumentException("its checksum does not match");
    if (!whole && !Text.headers(Text.headers(row.headers())).equals(row.headers()))
      throw new IllegalArgumentException("its headers are damaged");
    if (!Text.errors(Text.errors(row.errors())).equals(row.errors()))
      throw new IllegalArgumentException("the history of its errors is damaged");
    if (row.attempt() < 0 || row.attempt() >= row.maxAttempt() || row.crash() < 0)
      throw new IllegalArgumentException(
          "it has %d attempts of %d, and %d crashes"
              .formatted(row.attempt(), row.maxAttempt(), row.crash()));
  }

  /** Of all that its worker is given. Files have tasks whose checksum is of their body alone. */
  private static long crc(String kind, Bytes headers, Bytes body) {
    var crc = new CRC32C();
    crc.update(body.asBuffer());
    crc.update(headers.asBuffer());
    crc.update(Bytes.utf8(kind).asBuffer());
    return crc.getValue();
  }

  private static MeshError invalid(TaskSpec<?> spec, String why, String fix) {
    return MeshError.validation("enqueueing " + spec.kind() + " into " + spec.lane(), why, fix);
  }
}
