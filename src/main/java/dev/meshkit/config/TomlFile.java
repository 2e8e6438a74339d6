package dev.meshkit.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** A configuration file: reads TOML and knows the line and column of each key. */
final class TomlFile {
  private final Path path;
  private final List<String> lines;

  private TomlFile(Path path, List<String> lines) {
    this.path = path;
    this.lines = lines;
  }

  /** What the file says; unreadable or not TOML is an {@link InvalidConfig} with every error. */
  static Layer read(Path path) {
    var file = new TomlFile(path, lines(path));
    var parsed = file.parsed();
    if (parsed.hasErrors()) {
      throw new InvalidConfig(
          parsed.errors().stream()
              .map(
                  error ->
                      new InvalidConfig.Violation(
                          "MK-CFG-004",
                          "",
                          "not TOML: " + error.getMessage(),
                          file.origin(error.position())))
              .toList());
    }
    var values = new LinkedHashMap<List<String>, Object>();
    flatten(parsed, List.of(), values);
    return new Layer(values, key -> file.origin(parsed.inputPositionOf(key)));
  }

  /**
   * Some of what is not TOML trips the parser's own assertions, where those are on, or the parser
   * itself, as an inline table that a comment cuts short; it is in the last line of the shortest
   * beginning that does.
   */
  private TomlParseResult parsed() {
    try {
      return Toml.parse(String.join("\n", lines));
    } catch (AssertionError | RuntimeException tripped) {
      var line = lines.size();
      while (line > 1 && trips(line - 1)) line--;
      var place = new Origin(path + ":" + line + ":1", lines.get(line - 1));
      var why = tripped instanceof AssertionError ? tripped.getMessage() : "it is cut short here";
      throw invalid("MK-CFG-004", "not TOML: " + why, place);
    }
  }

  private boolean trips(int count) {
    try {
      Toml.parse(String.join("\n", lines.subList(0, count)));
      return false;
    } catch (AssertionError | RuntimeException _) {
      return true;
    }
  }

  private static List<String> lines(Path path) {
    try {
      return text(path, Files.readAllBytes(path)).lines().toList();
    } catch (IOException unreadable) {
      var why =
          switch (unreadable) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "this user may not read it";
            default -> String.valueOf(unreadable.getMessage());
          };
      var text = "cannot read the configuration: " + why;
      throw invalid("MK-CFG-008", text, new Origin(path.toString(), ""));
    }
  }

  private static String text(Path path, byte[] bytes) {
    var text = CharBuffer.allocate(bytes.length);
    var end = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), text, true);
    var read = text.flip().toString();
    if (end.isUnderflow()) return read;
    var line = 1 + read.chars().filter(c -> c == '\n').count();
    var place = path + ":" + line + ":" + (read.length() - read.lastIndexOf('\n'));
    throw invalid("MK-CFG-004", "not TOML: not UTF-8 from here on", new Origin(place, ""));
  }

  private static InvalidConfig invalid(String code, String text, Origin origin) {
    return new InvalidConfig(List.of(new InvalidConfig.Violation(code, "", text, origin)));
  }

  /** Leaves only; an empty table is one, so that an unknown empty section is seen. */
  private static void flatten(TomlTable table, List<String> above, Map<List<String>, Object> into) {
    for (var entry : table.entrySet()) {
      var path = new java.util.ArrayList<>(above);
      path.add(entry.getKey());
      switch (entry.getValue()) {
        case TomlTable inner when !inner.isEmpty() -> flatten(inner, List.copyOf(path), into);
        case TomlTable _ -> into.put(List.copyOf(path), Map.of());
        case TomlArray array -> into.put(List.copyOf(path), array.toList());
        default -> into.put(List.copyOf(path), entry.getValue());
      }
    }
  }

  private Origin origin(@org.jspecify.annotations.Nullable TomlPosition at) {
    if (at == null) return new Origin(path.toString(), "");
    var place = path + ":" + at.line() + ":" + at.column();
    if (at.line() < 1 || at.line() > lines.size()) return new Origin(place, "");
    var line = lines.get(at.line() - 1).replace('\t', ' ');
    return new Origin(place, line + "\n" + " ".repeat(Math.max(0, at.column() - 1)) + "^");
  }
}
