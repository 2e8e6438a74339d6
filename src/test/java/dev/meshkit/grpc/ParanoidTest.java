package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * T39: with every buffer watched, in a JVM of its own, nothing is reported over those parts of the
 * suite in which calls end in all the ways there are; {@code make chaos CASE=leaks} plays all of
 * it.
 */
@Timeout(180)
class ParanoidTest {
  private static final Path SUITE = Path.of("src/test/java/dev/meshkit/grpc");

  @TempDir Path temp;

  /** What {@code make chaos} plays under watch, and over a bad path, is all there is. */
  @Test
  void theSuiteIsWhole() throws IOException {
    try (var files = Files.list(SUITE)) {
      var written =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith("ConformanceTest.java"))
              .map(name -> name.replace(".java", ""))
              .collect(Collectors.toCollection(TreeSet::new));
      var played =
          ConformanceRun.SUITE.stream()
              .map(Class::getSimpleName)
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(written, played);
    }
  }

  @Test
  void nothingLeaks() throws Exception {
    var output = temp.resolve("output.txt");
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-preview",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-Dmeshkit.test=true",
            "-cp",
            System.getProperty("java.class.path"),
            ConformanceRun.class.getName(),
            "paranoid",
            InteropConformanceTest.class.getName(),
            EndingsConformanceTest.class.getName(),
            CancellationConformanceTest.class.getName());
    var process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    var running = process.start();
    try {
      var ended = running.waitFor(150, TimeUnit.SECONDS);
      assertEquals(0, ended ? running.exitValue() : -1, () -> tail(output));
    } finally {
      running.destroyForcibly();
    }
  }

  private static String tail(Path output) {
    try {
      var lines = Files.readAllLines(output);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    } catch (IOException unreadable) {
      return unreadable.toString();
    }
  }
}
