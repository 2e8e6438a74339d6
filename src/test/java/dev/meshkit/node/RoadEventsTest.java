package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.link.RoadNews;
import dev.meshkit.observe.Meters;
import dev.meshkit.observe.Recorded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** G30, O20: what a node tells of its roads is counted where another version was to carry them. */
class RoadEventsTest {
  private static final NodeId PEER = NodeId.of("us", "n5");

  private static RoadNews switched() {
    var took = Duration.ofMillis(250);
    return new RoadNews(RoadNews.What.LEGACY, PEER, "SWITCHED", "", Endpoint.NONE, took);
  }

  /** Where a version is committed the file has no say, so it is not what is blamed first. */
  @Test
  void whoDoesNotSwitchMayNotHaveHeardOfIt() {
    var told = new ArrayList<String>();
    try (var meters = new Meters(Map.of())) {
      var events = new RoadEvents(event -> told.add(event.text()), meters);
      events.accept(new RoadNews(RoadNews.What.NOT_SWITCHED, PEER, "STAYS", "MK-NET-002"));
    }
    assertEquals(
        List.of(
            "us/n5 stays on the road there is: that of the version that is wanted cannot be had;"
                + " it may not have heard of that version yet, or, where nothing was committed,"
                + " listen.versions are not the same on every node"),
        told);
  }

  /** The time is that of whom dialled: of the two that switched one did. */
  @Test
  void flipsAreCountedAndRecordedAndNothingElseIs() throws Exception {
    var told = new ArrayList<String>();
    try (var meters = new Meters(Map.of())) {
      var events = new RoadEvents(event -> told.add(event.type()), meters);
      var causes =
          Recorded.during(
              () -> {
                events.accept(switched());
                events.accept(new RoadNews(RoadNews.What.LEFT_LEGACY, PEER, "SWITCHED", ""));
                events.accept(
                    new RoadNews(RoadNews.What.NOT_SWITCHED, PEER, "STAYS", "MK-NET-005"));
                events.accept(new RoadNews(RoadNews.What.PROMOTED, PEER, "PROMOTED", ""));
              },
              "meshkit.GateFlip",
              "cause");
      assertEquals(List.of("MK-NET-005", "SWITCHED", "SWITCHED"), causes);
      var text = meters.scrape();
      assertTrue(text.contains("meshkit_gate_flips_total{outcome=\"FLIPPED\"} 2.0"), text);
      assertTrue(text.contains("meshkit_gate_flips_total{outcome=\"STAYED\"} 1.0"), text);
      assertTrue(text.contains("meshkit_gate_flip_seconds_count 1"), text);
      assertTrue(text.contains("meshkit_gate_flip_seconds_sum 0.25"), text);
      var types = List.of("link.legacy", "link.left_legacy", "link.not_switched", "link.promoted");
      assertEquals(types, told);
    }
  }
}
