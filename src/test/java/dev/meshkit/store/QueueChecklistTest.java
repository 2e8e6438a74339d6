package dev.meshkit.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each line of the queue's checklist but those of messages between peers is named by a test. */
class QueueChecklistTest {
  private static final Path TESTS = Path.of("src/test/java/dev/meshkit");
  private static final Pattern LINE = Pattern.compile("\\bQ\\d{1,2}\\b");
  private static final List<String> KEPT =
      IntStream.concat(IntStream.rangeClosed(1, 31), IntStream.of(40, 41))
          .mapToObj(i -> "Q" + i)
          .toList();

  @Test
  void eachLineIsNamedByATest() throws IOException {
    var named = new TreeSet<String>();
    for (var where : List.of("store", "queue")) {
      try (var files = Files.list(TESTS.resolve(where))) {
        for (var file : files.filter(QueueChecklistTest::isTest).toList()) {
          LINE.matcher(Files.readString(file)).results().forEach(line -> named.add(line.group()));
        }
      }
    }
    assertEquals(List.of(), KEPT.stream().filter(line -> !named.contains(line)).toList());
  }

  private static boolean isTest(Path file) {
    var name = file.getFileName().toString();
    var isTest = name.endsWith("Test.java") || name.endsWith("Contract.java");
    return isTest && !name.equals("QueueChecklistTest.java");
  }
}
