package dev.meshkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The JDK's own programs, in processes of their own. */
final class JdkTool {
  private JdkTool() {}

  /** Where the program of that name is. */
  static String path(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  /** Runs it in the directory of the project; what it printed. It must exit 0 within 2 minutes. */
  static String ran(Path scratch, List<String> command) throws Exception {
    return ran(scratch, Path.of("").toAbsolutePath(), command);
  }

  /** Runs it in {@code directory}, with the JDK's programs on its path. */
  static String ran(Path scratch, Path directory, List<String> command) throws Exception {
    var output = Files.createTempFile(scratch, "output", ".txt");
    var builder = new ProcessBuilder(command).directory(directory.toFile());
    var tools = Path.of(System.getProperty("java.home"), "bin");
    builder.environment().merge("PATH", tools.toString(), (old, ours) -> ours + ":" + old);
    var process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      var ended = process.waitFor(120, TimeUnit.SECONDS);
      var text = Files.readString(output);
      assertEquals(0, ended ? process.exitValue() : -1, () -> command + "\n" + text);
      return text;
    } finally {
      process.destroyForcibly();
    }
  }
}
