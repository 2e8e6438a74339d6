package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.control.proto.NodeStatus;
import dev.meshkit.control.proto.NodeStatus.RoadCounts;
import org.junit.jupiter.api.Test;

/** T26, T27: what the status says of the roads, a peer that is blocked among them. */
class StatusViewTest {
  private static String roads(RoadCounts.Builder counts) {
    var text = StatusView.text(NodeStatus.newBuilder().setRoads(counts).build());
    return text.lines().filter(line -> line.startsWith("roads")).findFirst().orElseThrow();
  }

  @Test
  void aBlockedPeerIsShown() {
    assertEquals(
        "roads       2 h3   1 h2   0 legacy   3 none   1 blocked",
        roads(RoadCounts.newBuilder().setH3(2).setH2(1).setNone(3).setBlocked(1)));
  }

  @Test
  void whereNobodyIsBlockedNothingIsSaidOfIt() {
    assertEquals(
        "roads       1 h3   0 h2   2 legacy   0 none",
        roads(RoadCounts.newBuilder().setH3(1).setLegacy(2)));
  }
}
