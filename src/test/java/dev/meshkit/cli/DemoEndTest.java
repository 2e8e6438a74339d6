package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * O2: however the demo ends, no process of it is left, and no directory. Keys and Ctrl-C are tried
 * in a terminal, beside the Makefile.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class DemoEndTest {
  @TempDir private Path directory;

  @Test
  void withoutATerminalTheEndOfInputEndsIt() throws IOException, InterruptedException {
    try (var demo = Child.start(directory, "demo")) {
      var root = started(demo);
      demo.process().getOutputStream().close();
      assertEquals(0, demo.exit(), demo.err());
      assertTrue(Files.notExists(root));
    }
  }

  /** Nobody can catch kill -9: the agents notice that their input has ended, and clear up. */
  @Test
  void killNineLeavesNothingEither() throws IOException {
    try (var demo = Child.start(directory, "demo")) {
      var root = started(demo);
      var agents = agents(demo);
      demo.process().destroyForcibly();
      await().until(() -> agents.stream().noneMatch(ProcessHandle::isAlive));
      await().until(() -> Files.notExists(root));
    }
  }

  private static Path started(Child demo) throws IOException {
    var root = Path.of(demo.awaitLine("MeshKit demo").replaceFirst("MeshKit demo *", ""));
    demo.awaitLine("view of ");
    return root;
  }

  private static List<ProcessHandle> agents(Child demo) {
    var agents = demo.process().descendants().toList();
    assertEquals(5, agents.size());
    return agents;
  }
}
