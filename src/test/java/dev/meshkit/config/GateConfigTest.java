package dev.meshkit.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** O18, gate.md §11: what a file says of gates, runs and flips. */
class GateConfigTest {
  @TempDir Path dir;

  @Test
  void aFileSaysForHowLongRunsAreKeptAndVersionsWaited() throws IOException {
    var wanted =
        new GateConfig(
            Duration.ofHours(1), Duration.ofHours(2), Duration.ofHours(3), Duration.ofSeconds(4));
    var said =
        """
        [gate]
        retire_soak = "1h"
        run_keep = "2h"
        run_tombstone = "3h"
        flip_drain = "4s"
        """;
    assertEquals(wanted, sources(said).load().config().gate());
  }

  @Test
  void whatNobodyCouldWantIsRefused() throws IOException {
    var ranges =
        Map.of(
            "gate.retire_soak", "1s to 30d",
            "gate.run_keep", "1s to 365d",
            "gate.run_tombstone", "1s to 365d",
            "gate.flip_drain", "1s to 5m");
    for (var range : ranges.entrySet()) {
      var sources = sources(range.getKey() + " = \"999ms\"\n");
      var broken = assertThrows(InvalidConfig.class, sources::load).violations().getFirst();
      assertEquals("MK-CFG-006 " + range.getKey(), broken.code() + " " + broken.key());
      assertEquals(
          "`%s` must be %s, not 999ms".formatted(range.getKey(), range.getValue()), broken.text());
    }
  }

  private ConfigSources sources(String said) throws IOException {
    return ConfigSources.defaults().file(Files.writeString(dir.resolve("gate.toml"), said));
  }
}
