package dev.meshkit.packaging;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * O2: {@code make demo} in a terminal. The key q and Ctrl-C, which the terminal sends to make and
 * demo alike, end it; the terminal is as it was before, and no process and no directory is left.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DemoTerminalTest {
  private static final Pattern ROOT = Pattern.compile("MeshKit demo {3}(/\\S*meshkit-demo-\\d+)");

  /** The shell of a person: it outlives Ctrl-C, and looks at its terminal before and after. */
  private static final String PERSON =
      """
      trap : INT
      stty rows 40 cols 150
      stty -g > before
      make demo
      echo $? > status
      stty -g > after
      """;

  @TempDir private Path directory;

  @Test
  void theKeyQEndsIt() throws Exception {
    assertEquals("0", statusAfter('q', "view of n"));
  }

  @Test
  void ctrlCEndsIt() throws Exception {
    var status = statusAfter('\u0003', "q quit"); // at once: no node is ready yet
    assertTrue(
        List.of("2", "130").contains(status), status); // so make says that it was interrupted
  }

  private String statusAfter(char key, String shown) throws Exception {
    assumeScript();
    var checkout = Checkout.in(directory);
    Files.writeString(directory.resolve("person.sh"), PERSON);
    // What started these tests may ignore Ctrl-C (nohup, a shell's &), and that is inherited.
    var terminal =
        checkout.start(
            "env",
            "--default-signal=INT,HUP",
            "script",
            "-q",
            "-e",
            "-c",
            "sh person.sh",
            "typescript");
    try {
      var root = read(terminal.getInputStream(), shown);
      Thread.ofVirtual().start(() -> drain(terminal.getInputStream()));
      await().until(() -> agents(terminal).size() == 5); // the last may still be a script
      var agents = agents(terminal);
      terminal.outputWriter(StandardCharsets.US_ASCII).append(key).flush();
      assertTrue(terminal.waitFor(90, TimeUnit.SECONDS), "it goes on");
      await().until(() -> agents.stream().noneMatch(ProcessHandle::isAlive));
      assertTrue(Files.notExists(root), root.toString());
      assertEquals(said("before"), said("after"));
      return said("status");
    } finally {
      Checkout.end(terminal);
    }
  }

  /** Reads until something is on the screen; where the demo's data is. */
  private static Path read(InputStream screen, String shown) throws IOException {
    var seen = new StringBuilder();
    for (var one = screen.read(); one != -1; one = screen.read()) {
      seen.append((char) one);
      var root = ROOT.matcher(seen);
      if (one == '\n' && seen.indexOf(shown) > 0 && root.find()) return Path.of(root.group(1));
    }
    throw new AssertionError("it ended without '" + shown + "':\n" + seen);
  }

  /** A terminal that nobody reads from would stop the demo once it is full. */
  private static void drain(InputStream screen) {
    try {
      screen.transferTo(OutputStream.nullOutputStream());
    } catch (IOException ended) {
      return; // the terminal is gone
    }
  }

  private static List<ProcessHandle> agents(Process terminal) {
    return terminal.descendants().filter(DemoTerminalTest::isAgent).toList();
  }

  /** By the kernel's own list: the JDK's leaves out what is long. */
  private static boolean isAgent(ProcessHandle process) {
    try {
      var command = Path.of("/proc", Long.toString(process.pid()), "cmdline");
      return Files.readString(command, StandardCharsets.ISO_8859_1).contains("\0agent\0--dev\0");
    } catch (IOException ended) {
      return false;
    }
  }

  private String said(String file) throws IOException {
    return Files.readString(directory.resolve(file)).strip();
  }

  /** Nothing in the JDK opens a terminal. */
  private static void assumeScript() {
    var found =
        System.getProperty("os.name").equals("Linux") && Files.exists(Path.of("/usr/bin/script"));
    var why = "skipped: the demo in a terminal needs /usr/bin/script of util-linux, not found here";
    if (!found) System.err.println(why);
    assumeTrue(found, why);
  }
}
