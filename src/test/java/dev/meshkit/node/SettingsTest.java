package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.config.GossipConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.config.NodeConfig;
import dev.meshkit.config.VersionWindow;
import dev.meshkit.transport.RoadMode;
import dev.meshkit.transport.RoadPolicy;
import dev.meshkit.transport.RoadPolicy.Window;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

  /** T36: by default nobody speaks version 1, and nothing is bound for it. */
  @Test
  void theVersionsOfRegionsBecomeThePolicyOfRoads() {
    var config = MeshConfig.defaults();
    var versions = List.of(VersionWindow.parse("eu=1-2@1"), VersionWindow.parse("us=1-2"));
    var both = config.withListen(config.listen().withVersions(versions));

    assertEquals(RoadPolicy.of(RoadMode.AUTO), new Settings(config).policy());
    assertFalse(new Settings(config).servesLegacy());
    assertEquals(
        new RoadPolicy(RoadMode.AUTO, Map.of("eu", new Window(1, 2, 1), "us", new Window(1, 2, 2))),
        new Settings(both).policy());
    assertTrue(new Settings(both).servesLegacy());
    assertFalse(new Settings(both.withNode(NodeConfig.of("ap", "n1"))).servesLegacy());
  }

  @Test
  void theDefaultsWaitAsOneSiteDoes() {
    var timing = new Settings(MeshConfig.defaults()).gossip();

    assertEquals(Duration.ofMillis(50), timing.ackLow());
    assertEquals(Duration.ofMillis(500), timing.ackHigh());
  }
}
