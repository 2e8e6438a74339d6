package dev.meshkit.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Programs of the host, such as {@code ip} and {@code mount}; none of them may hang a case. */
final class Commands {
  private static final long LONGEST_SECONDS = 60;

  private Commands() {}

  /** Blocks until it has ended well; otherwise throws what it said, or that it hangs. */
  static void run(String... command) throws IOException, InterruptedException {
    var line = String.join(" ", command);
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS))
        throw new IOException(line + ": has not ended after " + LONGEST_SECONDS + " s");
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.exitValue() != 0) throw new IOException(line + ": " + said.strip());
    } finally {
      process.destroyForcibly();
    }
  }
}
