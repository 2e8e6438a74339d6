package dev.meshkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.shape.Doclint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documentation, of exported and internal packages alike: there, well-formed, its links true. */
class DocTest {
  @TempDir Path dir;

  @Test
  void everythingPublicIsDocumentedAndEveryCommentIsWellFormed() throws Exception {
    var found = Doclint.of(Path.of("src/main/java"), dir);
    assertEquals(List.of(), found, () -> "\n" + String.join("\n", found) + "\n");
  }

  @Test
  void badCommentsAreCaught() throws Exception {
    var source =
        """
        package p;
        public class A {
          /** See {@link Nobody}. */
          void internal() {}
          /** <b>Unclosed. */
          public int one() { return 1; }
          /**
           * Takes.
           *
           * @param wrong no such parameter
           */
          public void two(int right) {}
        }
        """;
    var file = Files.createDirectories(dir.resolve("src/p")).resolve("A.java");
    Files.writeString(file, source);
    var out = Files.createDirectories(dir.resolve("out"));
    assertEquals(
        List.of(
            "p/A.java:2: no comment",
            "p/A.java:3: reference not found",
            "p/A.java:5: element not closed: b",
            "p/A.java:10: @param name not found"),
        Doclint.of(dir.resolve("src"), out));
  }
}
