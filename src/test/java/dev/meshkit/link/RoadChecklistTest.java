package dev.meshkit.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Each line of the transport's checklist that roads and links keep is named by a test of theirs;
 * those of the calls themselves are the grpc package's.
 */
class RoadChecklistTest {
  private static final Path TESTS = Path.of("src/test/java/dev/meshkit");
  private static final Pattern LINE = Pattern.compile("\\bT\\d{2}\\b");
  private static final List<String> KEPT =
      List.of(
          "T19", "T26", "T27", "T28", "T29", "T30", "T31", "T32", "T33", "T34", "T35", "T36", "T37",
          "T38");

  @Test
  void eachLineIsNamedByATest() throws IOException {
    var named = new TreeSet<String>();
    for (var where : List.of("link", "transport", "cli")) {
      try (var files = Files.list(TESTS.resolve(where))) {
        for (var file : files.filter(RoadChecklistTest::isTest).toList()) {
          LINE.matcher(Files.readString(file)).results().forEach(line -> named.add(line.group()));
        }
      }
    }
    assertEquals(
        List.of(),
        Stream.of(KEPT).flatMap(List::stream).filter(line -> !named.contains(line)).toList());
  }

  private static boolean isTest(Path file) {
    return file.toString().endsWith("Test.java") && !file.endsWith("RoadChecklistTest.java");
  }
}
