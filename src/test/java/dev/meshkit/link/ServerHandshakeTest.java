package dev.meshkit.link;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.NodeId;
import dev.meshkit.security.TestCa;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadTimes;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * §13: who accepts a connection records the handshake, over each kind of road: of a peer that comes
 * in who it is and when its certificate ends; of one that does not, the code it is counted with.
 */
@Timeout(180)
class ServerHandshakeTest {
  private static final NodeId STRANGER = NodeId.of("eu", "stranger");

  private final Lab lab = new Lab();
  private final List<String> shaken = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    lab.close();
  }

  private RecordingStream handshakes() {
    var stream = new RecordingStream();
    stream.enable("meshkit.Handshake");
    stream.onEvent("meshkit.Handshake", event -> shaken.add(text(event)));
    stream.startAsync();
    return stream;
  }

  private static String text(RecordedEvent event) {
    return "%s %s %s '%s' until %d"
        .formatted(
            event.getString("side"),
            event.getString("road"),
            event.getString("peer"),
            event.getString("code"),
            event.getInstant("notAfter").toEpochMilli());
  }

  @ParameterizedTest
  @EnumSource(RoadKind.class)
  void whoComesInAndWhoDoesNotAreRecordedByWhoAccepts(RoadKind road) throws Exception {
    try (var _ = handshakes()) {
      // given a node that one of its cluster dials, and one of another CA
      var server = RoadPair.station(lab, "server", road, RoadTimes.DEFAULTS);
      var good = RoadPair.station(lab, "good", road, RoadTimes.DEFAULTS);
      var stranger =
          RoadPair.station(
              lab,
              STRANGER,
              new TestCa(Lab.CLUSTER).stranger(STRANGER, lab.ca),
              road,
              RoadTimes.DEFAULTS);
      good.want(server);
      await().until(() -> good.links.roads().containsKey(server.id));
      stranger.want(server);
      await().until(() -> server.refusals("SERVER", "MK-TLS-002") >= 1);
      // then both are in the recording, each as what it is
      var ends = good.own.now().notAfter().toEpochMilli();
      await().until(() -> shaken.contains("SERVER " + road + " eu/good '' until " + ends));
      await().until(() -> ofServer(" 'MK-TLS-002' ").size() == 1);
      assertEquals("SERVER " + road + "  'MK-TLS-002' until 0", ofServer("MK-TLS-002").getFirst());
      assertTrue(ofServer("stranger").isEmpty(), shaken::toString);
    }
  }

  private List<String> ofServer(String what) {
    return shaken.stream().filter(one -> one.startsWith("SERVER") && one.contains(what)).toList();
  }
}
