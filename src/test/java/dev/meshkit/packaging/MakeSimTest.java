package dev.meshkit.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** V27: the name that {@code make run} gives a node is no setting of {@code make sim}. */
@Timeout(60)
class MakeSimTest {
  @Test
  void aNodeIsLookedAtOnlyIfOneIsAskedFor() throws Exception {
    assertFalse(said().contains("--node"), "NODE has a value for make run");
    assertTrue(said("NODE=n3").contains("--node n3"));
  }

  /** What make would do. */
  private static String said(String... settings) throws Exception {
    var command = new String[settings.length + 3];
    System.arraycopy(new String[] {"make", "-n", "sim"}, 0, command, 0, 3);
    System.arraycopy(settings, 0, command, 3, settings.length);
    var ran =
        Shell.run(
            Path.of("").toAbsolutePath(),
            Map.of("JAVA_HOME", System.getProperty("java.home")),
            command);
    assertEquals(0, ran.exit(), ran.err());
    assertTrue(ran.out().contains("dev.meshkit.sim.Main"), ran.out());
    return ran.out();
  }
}
