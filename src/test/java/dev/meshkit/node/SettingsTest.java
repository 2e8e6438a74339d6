package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.config.GossipConfig;
import dev.meshkit.config.MeshConfig;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a configuration may say, the parts can do. */
final class SettingsTest {
  @ParameterizedTest(name = "every {0}, probed every {1}")
  @CsvSource({"10, 50", "20, 99", "50, 100", "10, 60000", "10000, 60000", "200, 1000"})
  void everyPermittedRhythmOfGossipIsOneThatGossipCanKeep(long interval, long probe) {
    var said = new GossipConfig(Duration.ofMillis(interval), Duration.ofMillis(probe), 3, 6, 2);

    var timing = new Settings(MeshConfig.defaults().withGossip(said)).gossip();

    assertEquals(said.probeInterval(), timing.period());
    assertEquals(said.interval(), timing.gossip());
    assertTrue(timing.ackLow().compareTo(timing.ackHigh()) <= 0, timing.toString());
    assertTrue(timing.ackHigh().compareTo(timing.period()) < 0, timing.toString());
  }

  @Test
  void theDefaultsWaitAsOneSiteDoes() {
    var timing = new Settings(MeshConfig.defaults()).gossip();

    assertEquals(Duration.ofMillis(50), timing.ackLow());
    assertEquals(Duration.ofMillis(500), timing.ackHigh());
  }
}
