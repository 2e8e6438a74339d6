package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Each line of the checklists that belongs to this package is named by a test of it: those of the
 * transport's design, and those of security's about peer checks, floods and limits.
 */
class ChecklistTest {
  private static final Path TESTS = Path.of("src/test/java/dev/meshkit");
  private static final Pattern LINE =
      Pattern.compile("\\b([TS]\\d{1,2})(?:[–-]([TS]\\d{1,2}))?\\b");
  private static final List<String> LINES =
      Stream.of(
              IntStream.rangeClosed(1, 25).mapToObj(i -> "T" + i),
              Stream.of("T29", "T39"),
              Stream.of("S1", "S5", "S26", "S27", "S28", "S29", "S33"))
          .flatMap(lines -> lines)
          .toList();

  @Test
  void eachLineIsNamedByATest() throws IOException {
    var named = new TreeMap<String, TreeSet<String>>();
    for (var file : tests()) {
      var mentions = LINE.matcher(Files.readString(file));
      while (mentions.find()) {
        var from = mentions.group(1);
        var to = mentions.group(2) == null ? from : mentions.group(2);
        IntStream.rangeClosed(number(from), number(to))
            .mapToObj(i -> from.charAt(0) + String.valueOf(i))
            .forEach(line -> note(named, line, file));
      }
    }
    var missing = LINES.stream().filter(line -> !named.containsKey(line)).toList();
    assertEquals(List.of(), missing, named::toString);
  }

  private static int number(String line) {
    return Integer.parseInt(line.substring(1));
  }

  private static void note(Map<String, TreeSet<String>> named, String line, Path file) {
    named.computeIfAbsent(line, _ -> new TreeSet<>()).add(file.getFileName().toString());
  }

  /** What runs in make test, this package's own, bench and fuzz besides; not this file. */
  private static List<Path> tests() throws IOException {
    try (var files = Files.walk(TESTS)) {
      return files
          .filter(
              path ->
                  path.toString()
                      .matches(
                          ".*/(grpc|bench|fuzz)/\\w+(Test|Bench|Fuzz)\\.java|.*/ModulePathTest\\.java"))
          .filter(path -> !path.endsWith("ChecklistTest.java"))
          .toList();
    }
  }
}
