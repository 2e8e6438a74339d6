package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.meshkit.api.Result;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Issue 5: who accepted a connection finds out by itself that its dialler froze, and says so; not
 * just that a Stream has been silent.
 */
@Timeout(120)
class FrozenDiallerTest {
  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "H3"})
  void whoAcceptedTheRoadOfAFrozenPeerSaysThatThePathWasLost(RoadMode mode) throws Exception {
    // given a link, whose streams may be silent for as long as they like
    var silent = Duration.ofHours(1);
    var a = lab.node(A, lab.ca.node(A), o -> o.withMode(mode).withSilence(silent));
    var b = lab.node(B, lab.ca.node(B), o -> o.withMode(mode).withSilence(silent));
    try (var path = new Crossing(b.links.local())) {
      a.links.want(Map.of(B, path.at()));
      await().until(() -> a.links.up().contains(B));
      await().until(() -> b.links.roads().equals(Map.of(A, RoadKind.valueOf(mode.name()))));
      var waits = new FutureTask<>(() -> a.links.sync(B, Lab.HOLD, Duration.ofHours(1)));
      Thread.ofVirtual().start(waits);
      // when nothing arrives any more, and no connection ends
      path.freezeTcp();
      path.cutUdp();
      await().atMost(Duration.ofSeconds(60)).until(() -> b.links.roads().isEmpty());
      await().atMost(Duration.ofSeconds(60)).until(() -> a.links.roads().isEmpty());
      // then it is the path that both have lost
      for (var road : List.of(a.links.peerRoads().get(B), b.links.peerRoads().get(A))) {
        var last = road.history().getLast();
        assertEquals(mode + " NONE LOST", last.from() + " " + last.to() + " " + last.reason());
      }
      // and what waited there hears so (MK-NET-008)
      var heard = assertInstanceOf(Result.Err.class, waits.get()).error();
      assertEquals("MK-NET-008", heard.details().get("mk"), heard::text);
    }
  }
}
