package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Member;
import dev.meshkit.api.NodeId;
import dev.meshkit.control.proto.NodeStatus.RoadCounts;
import dev.meshkit.link.PeerRoad;
import dev.meshkit.link.RoadChange;
import dev.meshkit.transport.RoadKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** T26, T27: how many of the others each road carries, and why some have none, in the status. */
class StatusRoadsTest {
  private static final NodeId SELF = NodeId.of("eu", "self");
  private static final NodeId PEER = NodeId.of("eu", "peer");

  private static Member member(NodeId id, Member.Status status) {
    return new Member(id, status, 1, 0, new Endpoint("127.0.0.1", 1), "", Map.of());
  }

  private static RoadCounts counts(Member.Status status, Map<NodeId, PeerRoad> open) {
    var members = List.of(member(SELF, Member.Status.ALIVE), member(PEER, status));
    return StatusDesk.roads(SELF, members, open);
  }

  private static PeerRoad down(String to) {
    var change = new RoadChange(Instant.EPOCH, "H3", to, "why");
    return new PeerRoad(Optional.empty(), Optional.empty(), List.of(change), "MK-TLS-009");
  }

  @Test
  void aPeerWhoseIdentityWasRefusedIsBlocked() {
    var blocked = RoadCounts.newBuilder().setBlocked(1).build();
    assertEquals(blocked, counts(Member.Status.ALIVE, Map.of(PEER, down("BLOCKED"))));
  }

  @Test
  void onlyThenIsItBlocked() {
    var none = RoadCounts.newBuilder().setNone(1).build();
    assertEquals(none, counts(Member.Status.ALIVE, Map.of(PEER, down("NONE"))));
    assertEquals(none, counts(Member.Status.ALIVE, Map.of()));
  }

  @Test
  void whoIsCarriedIsCountedByItsRoadWithTheSlowestRoundTrip() {
    var history = List.of(new RoadChange(Instant.EPOCH, "BLOCKED", "H2", "OPENED"));
    var road =
        new PeerRoad(Optional.of(RoadKind.H2), Optional.of(Duration.ofMillis(7)), history, "");
    var counts = counts(Member.Status.ALIVE, Map.of(PEER, road));
    assertEquals(1, counts.getH2());
    assertEquals(0, counts.getBlocked() + counts.getNone());
    assertEquals(Times.of(Duration.ofMillis(7)), counts.getSlowestRtt());
  }

  /** Neither is anybody who is not alive, nor this node itself. */
  @Test
  void whoIsGoneIsNotCounted() {
    var open = Map.of(PEER, down("BLOCKED"), SELF, down("BLOCKED"));
    assertEquals(RoadCounts.getDefaultInstance(), counts(Member.Status.LEFT, open));
  }
}
