package dev.meshkit.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Runs the command line in this JVM, as a shell would, without a terminal unless it says so. */
record Shell(Path directory, Map<String, String> environment, String input, boolean terminal) {
  /**
   * What came of it.
   *
   * @param exit the exit status
   * @param out standard output
   * @param err standard error
   */
  record Ran(int exit, String out, String err) {}

  /** A shell in {@code directory} with an empty environment. */
  static Shell in(Path directory) {
    return new Shell(directory, Map.of(), "", false);
  }

  /** This, with another environment. */
  Shell with(Map<String, String> environment) {
    return new Shell(directory, environment, input, terminal);
  }

  /** This, with text on standard input. */
  Shell typing(String input) {
    return new Shell(directory, environment, input, terminal);
  }

  /** This, as a person at a terminal sees it. */
  Shell atTerminal() {
    return new Shell(directory, environment, input, true);
  }

  /** Runs {@code meshkit args…}. */
  Ran run(String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var console =
        new Console(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            environment,
            directory,
            terminal);
    var exit = Main.run(console, args);
    return new Ran(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
