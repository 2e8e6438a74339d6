package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.config.GateConfig;
import dev.meshkit.config.GossipConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.config.NodeConfig;
import dev.meshkit.config.OnFull;
import dev.meshkit.config.QueueConfig;
import dev.meshkit.config.QueueDedupConfig;
import dev.meshkit.config.QueueInboxConfig;
import dev.meshkit.config.QueueLimitConfig;
import dev.meshkit.config.QueuePoisonConfig;
import dev.meshkit.config.VersionWindow;
import dev.meshkit.link.Outbound;
import dev.meshkit.link.TimesToLive;
import dev.meshkit.queue.QueueOptions;
import dev.meshkit.transport.RoadMode;
import dev.meshkit.transport.RoadPolicy;
import dev.meshkit.transport.RoadPolicy.Window;
import dev.meshkit.transport.RoadTimes;
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

  /** gate.md §9: how long a road that is left has. */
  @Test
  void whatIsSaidOfFlipsIsWhatLinksAreTold() {
    var said = GateConfig.defaults().withFlipDrain(Duration.ofSeconds(3));
    assertEquals(
        RoadTimes.DEFAULTS.withHandOver(Duration.ofSeconds(3)),
        new Settings(MeshConfig.defaults().withGate(said)).patience());
    assertEquals(RoadTimes.DEFAULTS, new Settings(MeshConfig.defaults()).patience());
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

  /** Q17, Q25, Q31: every key of the queue is one that the queue goes by. */
  @Test
  void theLimitsOfTheQueueAreTheQueues() {
    var queue = QueueConfig.defaults();
    var second = Duration.ofSeconds(1);
    var said =
        new QueueConfig(
            new QueueLimitConfig(11, 1 << 20, 12, 1 << 19, OnFull.BLOCK, second),
            queue.retry().withMaxRun(Duration.ofHours(1)),
            new QueuePoisonConfig(Duration.ofDays(2), 13, 1 << 18, 3),
            new QueueDedupConfig(Duration.ofMinutes(4)),
            QueueInboxConfig.defaults(),
            true);

    var made = outbound(said);
    assertEquals(
        new QueueOptions.Capacity(
            11, 1 << 20, 12, 1 << 19, QueueOptions.AtLimit.BLOCK, second, 80, 50),
        made.capacity());
    assertEquals(Duration.ofHours(1), made.leases().maxRun());
    // 30 d of memory, less the hour for which a message may be under way
    var known = Duration.ofDays(30).minusHours(1);
    assertEquals(
        new QueueOptions.Retention(Duration.ofDays(2), 13, 1 << 18, 3, known), made.retention());
    assertEquals(Duration.ofMinutes(4), made.dedupWindow());
    assertEquals(100_000, made.traceRows());

    for (var full : List.of(OnFull.REJECT, OnFull.DROP_OLDEST)) {
      var other = outbound(said.withLimit(said.limit().withOnFull(full, second))).capacity();
      assertEquals(full.name(), other.atLimit().name());
    }
    // how long messages wait, and what that leaves of a receiver's memory
    var lives =
        queue.retry().withTtlControl(second.multipliedBy(31)).withTtlState(second.multipliedBy(32));
    var kept = queue.withRetry(lives).withInbox(queue.inbox().withKeep(Duration.ofDays(22)));
    assertEquals(
        new TimesToLive(
            Duration.ofSeconds(31), Duration.ofSeconds(32), Duration.ofDays(7), Duration.ofDays(8)),
        new Settings(MeshConfig.defaults().withQueue(kept)).lifetimes());
    // and what nobody set is what the queue does by itself, but that its receivers forget
    var plain =
        QueueOptions.of("mesh-out")
            .poisonQueue("mesh-poison")
            .carrier()
            .retention(
                new QueueOptions.Retention(
                    Duration.ofDays(14), 100_000, 256L << 20, 5, known.plusMinutes(50)))
            .laneWindow(Outbound.WINDOW);
    assertEquals(plain, outbound(queue));
  }

  private static QueueOptions outbound(QueueConfig said) {
    return new Settings(MeshConfig.defaults().withQueue(said)).outbound();
  }

  @Test
  void theDefaultsWaitAsOneSiteDoes() {
    var timing = new Settings(MeshConfig.defaults()).gossip();

    assertEquals(Duration.ofMillis(50), timing.ackLow());
    assertEquals(Duration.ofMillis(500), timing.ackHigh());
  }
}
