package dev.meshkit.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** A case that has shown nothing has not held, whatever the reason. */
class PathFaultsTest {
  @Test
  void whatDidNotRunIsNoSuccess() throws Exception {
    var broken = PathFaults.run("no row begins so");
    assertEquals(1, broken.size(), broken::toString);
    assertTrue(broken.getFirst().startsWith("did not run: "), broken::toString);
  }
}
