package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the objects of a core are made of, by reflection, so that no field is forgotten when one is
 * added to a core.
 */
final class Fields {
  private static final String OURS = "dev.meshkit.";

  private static final ClassValue<List<Field>> ALL =
      new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) {
          var fields =
              Stream.of(type.getDeclaredFields())
                  .filter(field -> !Modifier.isStatic(field.getModifiers()))
                  .sorted(Comparator.comparing(Field::getName))
                  .toList();
          fields.forEach(field -> field.setAccessible(true));
          return fields;
        }
      };

  private Fields() {}

  /** Those of a class of ours, by name: the JVM promises no order. */
  static List<Field> of(Class<?> type) {
    return ALL.get(type);
  }

  /** What one holds. */
  static @Nullable Object read(Field field, Object object) {
    try {
      return field.get(object);
    } catch (IllegalAccessException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /** What a core is made of that changes in place, in the order of its fields. */
  static List<Object> parts(Object core) {
    var parts = new ArrayList<Object>();
    for (var field : of(core.getClass())) {
      var value = read(field, core);
      if (value != null && changes(value)) parts.add(value);
    }
    return parts;
  }

  /** Whether one of them is this very object. */
  @SuppressWarnings("ReferenceEquality") // two that hold the same are two
  static boolean isOneOf(List<Object> objects, Object object) {
    for (var one : objects) if (one == object) return true;
    return false;
  }

  /** Whether it is an object of ours that changes in place: neither a record nor a constant. */
  static boolean changes(Object value) {
    if (value instanceof Record || value instanceof Enum) return false;
    return !(value instanceof Bytes) && value.getClass().getName().startsWith(OURS);
  }
}
