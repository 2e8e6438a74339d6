package dev.meshkit.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the command was started with; tests pass their own.
 *
 * @param in standard input
 * @param out standard output: data only
 * @param err standard error: talk
 * @param environment the environment's variables
 * @param directory the working directory
 * @param terminal whether a person looks at the output
 */
record Console(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    Path directory,
    boolean terminal) {
  /** Copies the environment. */
  Console {
    environment = Map.copyOf(environment);
  }

  /** This process's. */
  static Console system() {
    return new Console(
        System.in,
        new PrintStream(System.out, true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        System.getenv(),
        Path.of("").toAbsolutePath(),
        isTerminal());
  }

  /** Asking the kernel is cheaper by a fifth of a second than loading the JDK's line editor. */
  private static boolean isTerminal() {
    try {
      var shown = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      return shown.startsWith("/dev/pts/") || shown.startsWith("/dev/tty");
    } catch (IOException _) {
      return Optional.ofNullable(System.console()).filter(c -> c.isTerminal()).isPresent();
    }
  }

  /** Whether what was shown can be drawn over. */
  boolean isDrawable() {
    return terminal && !environment.getOrDefault("TERM", "").equals("dumb");
  }

  /** Has a person end a command that goes on by itself: at SIGINT and SIGTERM {@code then} runs. */
  void whenEnough(Runnable then) {
    if (!in.equals(System.in)) return; // not this process's: its signals are not the command's
    Signals.on("INT", then);
    Signals.on("TERM", then);
  }

  /** Whether output may be coloured. */
  boolean colour() {
    return terminal && environment.getOrDefault("NO_COLOR", "").isEmpty();
  }
}
