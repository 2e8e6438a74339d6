package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Member;
import dev.meshkit.api.NodeId;
import dev.meshkit.election.Lookout;
import dev.meshkit.election.Prospect;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What autopilot is told of a member, by what that says of itself. */
class ElectoratesTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

  private static Lookout.Sighting sighting(Map<String, String> labels) {
    var node = NodeId.of("eu", "n1");
    var member = new Member(node, Member.Status.ALIVE, 1, 0, Endpoint.NONE, "", labels);
    return Electorates.sighting(member, NOW);
  }

  private static Duration certified(Map<String, String> labels) {
    return sighting(labels).certified();
  }

  /** E31, E32: who is about to go is not asked to vote, and is replaced if it does. */
  @Test
  void whoSaysThatItDrainsIsAboutToGo() {
    assertEquals(Prospect.Bar.DRAINING, sighting(Map.of("meshkit.draining", "1")).bar());
    assertEquals(Prospect.Bar.NONE, sighting(Map.of()).bar());
  }

  /** E31: whose certificate ends within the hour is not asked to vote. */
  @Test
  void theCertificateEndsWhenTheMemberSaysSo() {
    var end = NOW.plusSeconds(1_800).getEpochSecond();
    assertEquals(Duration.ofMinutes(30), certified(Map.of("meshkit.certified", end + "")));
    var ended = NOW.minusSeconds(5).getEpochSecond();
    assertEquals(Duration.ofSeconds(-5), certified(Map.of("meshkit.certified", ended + "")));
  }

  /** An older release says nothing of it, and a peer may say what it likes. */
  @Test
  void whoSaysNothingReadableIsTakenForCertified() {
    assertEquals(Duration.ofDays(1), certified(Map.of()));
    for (var said : new String[] {"", "soon", "-1", "1234567890123"})
      assertEquals(Duration.ofDays(1), certified(Map.of("meshkit.certified", said)), said);
  }
}
