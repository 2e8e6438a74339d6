package dev.meshkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README promises exists. */
class ReadmeTest {
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)\\)");

  private static String readme = "";

  @TempDir Path dir;

  @BeforeAll
  static void read() throws IOException {
    readme = Files.readString(Path.of("README.md"));
  }

  /** Without --enable-preview: an application needs that to run, and not to compile. */
  @Test
  void theProgramCompiles() throws IOException {
    var program = JAVA.matcher(readme);
    assertTrue(program.find());
    var source =
        """
        import dev.meshkit.*;
        import dev.meshkit.api.*;
        import dev.meshkit.api.Disposition.Ack;
        import dev.meshkit.config.*;
        import java.nio.file.Path;
        import java.util.List;
        class Program {
          void main() throws Exception {
        %s  }
        }
        """
            .formatted(program.group(1));
    var file = Files.writeString(dir.resolve("Program.java"), source);
    var classpath = System.getProperty("java.class.path");
    assertEquals(
        0,
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                classpath,
                "-d",
                dir.toString(),
                file.toString()));
  }

  @Test
  void everyTargetOfMakeExists() throws IOException {
    var targets =
        found(Files.readString(Path.of("Makefile")), Pattern.compile("(?m)^([a-z]+):.*## "));
    var promised = found(readme, Pattern.compile("(?m)(?:^|`)make ([a-z]+)"));
    assertTrue(promised.contains("demo"), promised.toString());
    assertTrue(targets.containsAll(promised), promised + " of " + targets);
  }

  @Test
  void linksLeadSomewhere() {
    var links = found(readme, LINK);
    assertTrue(links.size() >= 3, links.toString());
    for (var link : links) assertTrue(Files.exists(Path.of(link)), link);
  }

  /** STYLE.md: a program that runs by line 70. */
  @Test
  void aRunStandsEarly() {
    var line = readme.lines().takeWhile(text -> !text.startsWith("make run")).count();
    assertTrue(line < 70, "make run stands in line " + line);
  }

  private static Set<String> found(String text, Pattern pattern) {
    return pattern.matcher(text).results().map(match -> match.group(1)).collect(Collectors.toSet());
  }
}
