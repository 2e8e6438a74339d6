package dev.meshkit.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * All that a core holds in words, for whoever looks at a run: a line for each field of each part.
 */
final class StateText {
  private final List<String> lines = new ArrayList<>();
  private final List<Object> parts;

  private StateText(List<Object> parts) {
    this.parts = parts;
  }

  /** Of a core that changes in place: the parts that it names, and what each of those holds. */
  static List<String> ofParts(Object core) {
    var text = new StateText(Fields.parts(core));
    text.fields("", core);
    return text.lines;
  }

  /** Of one that is immutable. */
  static List<String> of(Record core) {
    var text = new StateText(List.of());
    text.fields("", core);
    return text.lines;
  }

  private void fields(String path, Object core) {
    for (var field : Fields.of(core.getClass())) {
      var value = Fields.read(field, core);
      var name = path + field.getName();
      if (value != null && isPart(value)) {
        if (path.isEmpty()) fields(name + ".", value);
      } else if (value instanceof Map<?, ?> map && !map.isEmpty()) {
        map.forEach((key, entry) -> lines.add(name + " " + words(key) + " = " + words(entry)));
      } else {
        lines.add(name + " = " + words(value));
      }
    }
  }

  private boolean isPart(Object value) {
    return Fields.isOneOf(parts, value);
  }

  private String words(@Nullable Object value) {
    if (value instanceof long[] many) return Arrays.toString(many);
    if (value instanceof Object[] many) return words(Arrays.asList(many));
    if (value instanceof Collection<?> many) {
      var all = new StringJoiner(", ", "[", "]");
      for (var one : many) all.add(words(one));
      return all.toString();
    }
    if (value == null || !Fields.changes(value)) return String.valueOf(value);
    var all = new StringJoiner(", ", "{", "}");
    for (var field : Fields.of(value.getClass())) {
      var held = Fields.read(field, value);
      if (held == null || !isPart(held)) all.add(field.getName() + "=" + words(held));
    }
    return all.toString();
  }
}
