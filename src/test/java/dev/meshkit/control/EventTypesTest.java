package dev.meshkit.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code events --type} knows is what nodes record. */
class EventTypesTest {
  private static final List<String> MADE =
      List.of("NodeEvent.info(", "NodeEvent.warn(", "NodeEvent.error(");
  private static final Pattern TYPE =
      Pattern.compile(
          "\"((?:effect|identity|member|leader|link|peer|queue|run|store)\\.[a-z_]+)\"");

  @Test
  void allTypesThatANodeMakesAreKnown() throws IOException {
    var made = new TreeSet<String>();
    try (var files = Files.list(Path.of("src/main/java/dev/meshkit/node"))) {
      for (var file : files.toList()) {
        var source = Files.readString(file);
        if (MADE.stream().noneMatch(source::contains)) continue;
        TYPE.matcher(source).results().forEach(found -> made.add(found.group(1)));
      }
    }
    assertEquals(EventTypes.ALL, List.copyOf(made));
  }
}
