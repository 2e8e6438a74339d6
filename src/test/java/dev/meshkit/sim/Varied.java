package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.election.BeatTimes;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A value that differs from another in one place.
 *
 * @param place class and field of the smallest record or object that differs
 * @param value the other value
 */
record Varied(String place, Object value) {
  /** Each way in which this code can change one place of a value and leave all others. */
  static List<Varied> of(String place, @Nullable Object value) {
    return switch (value) {
      case null -> List.of();
      case Long number -> List.of(new Varied(place, number + 1));
      case Integer number -> List.of(new Varied(place, number + 1));
      case Boolean yes -> List.of(new Varied(place, !yes));
      case Double number -> List.of(new Varied(place, number + 0.5));
      case String text -> List.of(new Varied(place, text + "x"), new Varied(place, "region/x"));
      case Instant at ->
          at.equals(Instant.MAX)
              ? List.of(new Varied(place, Instant.MIN))
              : List.of(new Varied(place, at.plusNanos(1)), new Varied(place, at.plusMillis(1)));
      case Duration length -> List.of(new Varied(place, length.plusNanos(1)));
      case Bytes bytes -> bytes(bytes).map(other -> new Varied(place, other)).toList();
      case Enum<?> constant -> constants(place, constant);
      case Optional<?> one when one.isPresent() -> List.of(new Varied(place, Optional.empty()));
      case BeatTimes times -> List.of(new Varied(place, times.and(Instant.EPOCH)));
      case Record record -> record(record);
      case Map<?, ?> map -> map(place, map);
      case Collection<?> many -> many(place, many);
      default -> List.of();
    };
  }

  /** One of the same length; where there are none, as many as an id, a hash or anything has. */
  private static Stream<Bytes> bytes(Bytes bytes) {
    if (bytes.isEmpty())
      return Stream.of(Bytes.of(new byte[16]), Bytes.of(new byte[32]), Bytes.of(new byte[1]));
    var content = bytes.toArray();
    content[0] ^= 1;
    return Stream.of(Bytes.of(content));
  }

  private static List<Varied> constants(String place, Enum<?> constant) {
    return Stream.of(constant.getDeclaringClass().getEnumConstants())
        .filter(other -> other != constant)
        .map(other -> new Varied(place, other))
        .toList();
  }

  /** One that its constructor refuses is left out. */
  private static List<Varied> record(Record record) {
    var all = new ArrayList<Varied>();
    var components = record.getClass().getRecordComponents();
    for (var i = 0; i < components.length; i++) {
      var place = record.getClass().getSimpleName() + "." + components[i].getName();
      for (var varied : of(place, Fields.read(field(record, components[i]), record)))
        made(record, i, varied.value).ifPresent(m -> all.add(new Varied(varied.place, m)));
    }
    return all;
  }

  private static Field field(Record record, RecordComponent component) {
    return Fields.of(record.getClass()).stream()
        .filter(field -> field.getName().equals(component.getName()))
        .findFirst()
        .orElseThrow();
  }

  private static Optional<Object> made(Record record, int at, Object value) {
    var components = record.getClass().getRecordComponents();
    var types = Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    var values = new Object[components.length];
    for (var i = 0; i < values.length; i++)
      values[i] = i == at ? value : Fields.read(field(record, components[i]), record);
    try {
      var constructor = record.getClass().getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return Optional.of(constructor.newInstance(values));
    } catch (InvocationTargetException | IllegalArgumentException refused) {
      return Optional.empty();
    } catch (ReflectiveOperationException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /** One entry less or another, or one where there was none. */
  private static List<Varied> map(String place, Map<?, ?> map) {
    if (map.isEmpty()) {
      var one = new TreeMap<Object, Object>();
      one.put("x", 1L);
      return List.of(new Varied(place, one));
    }
    var first = map.entrySet().iterator().next();
    var less = copy(map);
    less.remove(first.getKey());
    var all = new ArrayList<>(List.of(new Varied(place, less)));
    for (var varied : of(place, first.getValue())) {
      var other = copy(map);
      other.put(first.getKey(), varied.value);
      all.add(new Varied(varied.place, other));
    }
    return all;
  }

  private static Map<Object, Object> copy(Map<?, ?> map) {
    return map instanceof SortedMap<?, ?> ? new TreeMap<>(map) : new LinkedHashMap<>(map);
  }

  private static List<Varied> many(String place, Collection<?> many) {
    var less = new ArrayList<Object>(many);
    if (less.isEmpty()) {
      less.add("x");
      return List.of(new Varied(place, like(many, less)));
    }
    var all = new ArrayList<Varied>();
    var first = less.removeFirst();
    all.add(new Varied(place, like(many, less)));
    for (var varied : of(place, first)) {
      var other = new ArrayList<>(less);
      other.addFirst(varied.value);
      all.add(new Varied(varied.place, like(many, other)));
    }
    return all;
  }

  private static Object like(Collection<?> many, List<Object> values) {
    if (many instanceof SortedSet<?>) return new TreeSet<>(values);
    return many instanceof ArrayDeque<?> ? new ArrayDeque<>(values) : values;
  }
}
