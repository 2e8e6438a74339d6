package dev.meshkit.link;

import static dev.meshkit.link.Lab.B;
import static dev.meshkit.link.Lab.CLUSTER;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Frame;
import dev.meshkit.election.Header;
import dev.meshkit.election.RecordId;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.StagedCall;
import dev.meshkit.wire.ElectCodec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** E34: of what an election says to a peer, only the latest of a kind and scope waits. */
@Timeout(60)
class StaleBeatsTest {
  private static final int BEATS = 1_000;
  private static final NodeId QUICK = NodeId.of("eu", "quick");

  private final Lab lab = new Lab();
  private final Host host = new Host(lab, B);
  private final Dialler dialler = new Dialler(lab, host);

  @AfterEach
  void close() throws InterruptedException {
    dialler.close();
    host.close();
    lab.close();
  }

  /** E34: 1,000 stale heartbeats to a slow peer collapse into one; other peers are not delayed. */
  @Test
  void staleHeartbeatsToASlowPeerCollapseAndDelayNobody() {
    // given two peers, one of which takes nothing
    var slow = StagedCall.taking(B, Family.ELECT, false);
    var quick = StagedCall.taking(QUICK, Family.ELECT, true);
    var toSlow = line(B, slow);
    var toQuick = line(QUICK, quick);
    // when a leader beats for both, and says other things to the slow one besides
    assertTrue(toSlow.send(ask().key(), ElectCodec.frame(ask())));
    for (var seq = 1; seq <= BEATS; seq++) {
      var said = ElectCodec.frame(beat(Scope.GLOBAL, seq));
      assertTrue(toSlow.send(beat(Scope.GLOBAL, seq).key(), said));
      assertTrue(toQuick.send(beat(Scope.GLOBAL, seq).key(), said));
      // then the quick one has each before the next is said
      await().pollDelay(Duration.ZERO).until(() -> said.equals(last(quick.taken())));
    }
    var other = beat(Scope.region("eu"), 1);
    assertTrue(toSlow.send(other.key(), ElectCodec.frame(other)));
    assertEquals(BEATS, quick.taken().size());
    // and the slow one, once it takes something, the latest of each kind and scope
    assertEquals(List.of(), slow.taken());
    slow.getReady();
    var latest = List.of(ask(), beat(Scope.GLOBAL, BEATS), other);
    await().until(() -> slow.taken().size() >= latest.size());
    assertEquals(latest.stream().map(ElectCodec::frame).toList(), slow.taken());
    toSlow.close();
    toQuick.close();
  }

  private Line line(NodeId peer, StagedCall call) {
    var line = new Line(dialler.context, peer, Family.ELECT);
    line.adopt(call.stream(), HelloRules.ours(LinkOptions.of(peer, CLUSTER)));
    return line;
  }

  private static Frame beat(Scope scope, int seq) {
    var hash = Bytes.utf8("content").sha256();
    var asked = Duration.ofMillis(600);
    return frame(scope, new Frame.Beat(seq, seq, asked, hash, new RecordId(1, 1)));
  }

  private static Frame ask() {
    return frame(Scope.GLOBAL, new Frame.Ask(1, true, 2, new RecordId(1, 1)));
  }

  private static Frame frame(Scope scope, Frame.Message message) {
    var store = Bytes.utf8("0123456789abcdef");
    var header = new Header(scope, 1, Bytes.utf8("genesis"), 1, new RecordId(1, 1), store);
    return new Frame(header, message);
  }

  private static Bytes last(List<Bytes> taken) {
    return taken.isEmpty() ? Bytes.EMPTY : taken.getLast();
  }
}
