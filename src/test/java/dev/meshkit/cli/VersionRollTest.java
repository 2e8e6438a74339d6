package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T37, in short: {@code make chaos CASE=version-roll} with two agents, one in each region. */
@Timeout(600)
class VersionRollTest {
  @Test
  void theVersionOfTheTransportRollsForthAndBackUnderLoadAndKills() throws Exception {
    assertEquals(List.of(), VersionRoll.run(2, 1, 4, System.nanoTime()));
  }
}
