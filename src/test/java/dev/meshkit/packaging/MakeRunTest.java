package dev.meshkit.packaging;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * O1: {@code make run} starts a node that leads, says how another joins it, and what it says works
 * as it is printed, beside a second node on the same host.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class MakeRunTest {
  private static final String PORTS = "ARGS=--listen 127.0.0.1:0 --http 127.0.0.1:0";
  private static final Pattern ALIVE = Pattern.compile("(?m)^n[12] .*\\bALIVE\\b");

  @TempDir private Path directory;

  @Test
  void aSecondNodeJoinsByThePrintedCommandAndTheOthersWorkToo() throws Exception {
    var checkout = Checkout.in(directory);
    var first = checkout.start("make", "run", PORTS);
    var second = first;
    try {
      var said = first.inputReader(StandardCharsets.UTF_8);
      var mesh = line(said, "  mesh ");
      assertTrue(mesh.contains("region/eu") && mesh.contains("global"), mesh);
      var join = line(said, "next  make run NODE=n2 REGION=us JOIN=127.0.0.1:").substring(6);
      var ask = line(said, "      target/meshkit members ").strip().split("   ·", -1)[0];
      second = checkout.start("sh", "-c", join + " '" + PORTS + "'");
      line(second.inputReader(StandardCharsets.UTF_8), "next  make run NODE=n3 REGION=us JOIN=");
      await().until(() -> ALIVE.matcher(ran(checkout, ask)).results().count() == 2);
      ran(
          checkout,
          ask.replace(" members ", " send ") + " --to n2 -d hello --wait delivered --timeout 60s");
      first.descendants().forEach(ProcessHandle::destroy);
      assertEquals(0, first.waitFor()); // SIGTERM stops a node in order, and make says so
    } finally {
      Checkout.end(second);
      Checkout.end(first);
    }
  }

  private static String ran(Checkout checkout, String command)
      throws IOException, InterruptedException {
    var process = checkout.start("sh", "-c", command);
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), command + "\n" + said);
    return said;
  }

  private static String line(BufferedReader said, String start) throws IOException {
    var all = new StringBuilder();
    for (var line = said.readLine(); line != null; line = said.readLine()) {
      if (line.startsWith(start)) return line;
      all.append(line).append('\n');
    }
    throw new AssertionError("it ended without '" + start + "':\n" + all);
  }
}
