package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.election.BeatTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * 64 bits over all that a core holds, field by field: cores that differ anywhere differ here (V1).
 * An enum counts by its name and bytes by what they say, as the hash of neither object is the same
 * everywhere.
 *
 * <p>A record that stands where it stood when last asked is not read again: of an immutable core a
 * step replaces little.
 */
final class StateHash {
  private static final long NOTHING = 3;

  private final Seen top = new Seen();
  private List<Object> parts = List.of(); // of the core that is being read

  /** What stood at a place when it was last read, and what stood within. */
  private static final class Seen {
    private final List<Seen> within = new ArrayList<>();
    private Object last = this; // which is no record
    private long hash;

    Seen at(int place) {
      while (within.size() <= place) within.add(new Seen());
      return within.get(place);
    }
  }

  /** Of a core that is immutable all the way down. */
  long of(Record core) {
    return record(core, top);
  }

  /**
   * Of a core that changes in place, and whose parts know each other: each is read where the core
   * itself names it, and nowhere else.
   */
  long ofParts(Object core) {
    parts = Fields.parts(core);
    var hash = fields(core, null);
    for (var part : parts) hash = mix(hash, fields(part, null));
    return hash;
  }

  /** {@code seen}: what it was made of when last read, of one that cannot change. */
  private long fields(Object core, @Nullable Seen seen) {
    var hash = 1L;
    var place = 0;
    for (var field : Fields.of(core.getClass()))
      hash = mix(hash, of(Fields.read(field, core), at(seen, place++)));
    return hash;
  }

  @SuppressWarnings("ReferenceEquality") // an equal one is read again, and comes to the same
  private long record(Record value, @Nullable Seen seen) {
    if (seen == null) return fields(value, null);
    if (seen.last == value) return seen.hash;
    seen.hash = fields(value, seen);
    seen.last = value;
    return seen.hash;
  }

  private long of(@Nullable Object value, @Nullable Seen seen) {
    return switch (value) {
      case null -> NOTHING;
      case Long number -> number;
      case Integer number -> number;
      case Boolean yes -> yes ? 1 : 2;
      case Double number -> Double.doubleToLongBits(number);
      case String text -> text(text);
      case Enum<?> constant -> text(constant.name());
      case Instant at -> mix(at.getEpochSecond(), at.getNano());
      case Duration length -> mix(length.getSeconds(), length.getNano());
      case Bytes bytes -> mix(bytes.size(), bytes.hashCode());
      case Record record -> record(record, seen);
      case BeatTimes times -> fields(times, null);
      case Optional<?> one -> one.isPresent() ? mix(1, of(one.get(), seen)) : NOTHING;
      case Collection<?> many -> all(many, seen);
      case Map<?, ?> map -> mix(all(map.keySet(), at(seen, 0)), all(map.values(), at(seen, 1)));
      case long[] many -> mix(many.length, all(LongStream.of(many).boxed().toList(), null));
      case Object[] many -> all(Arrays.asList(many), seen);
      case Object part when Fields.changes(part) && seen == null ->
          isPart(part) ? NOTHING : fields(part, null);
      default -> throw new IllegalStateException("no hash of " + value.getClass());
    };
  }

  private long all(Collection<?> values, @Nullable Seen seen) {
    var hash = (long) values.size();
    var place = 0;
    for (var value : values) hash = mix(hash, of(value, at(seen, place++)));
    return hash;
  }

  private static @Nullable Seen at(@Nullable Seen seen, int place) {
    return seen == null ? null : seen.at(place);
  }

  private boolean isPart(Object value) {
    return Fields.isOneOf(parts, value);
  }

  private static long text(String text) {
    return ((long) text.length() << 32) ^ text.hashCode();
  }

  private static long mix(long hash, long value) {
    return Chance.splitmix64(hash ^ value);
  }
}
