package dev.meshkit.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Frame;
import dev.meshkit.election.Header;
import dev.meshkit.election.Input;
import dev.meshkit.election.RecordId;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.transport.Family;
import dev.meshkit.wire.ElectCodec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** E15, E33: what of an election's frames reaches its loop, and what is counted instead. */
class DispatcherTest {
  private static final NodeId PEER = NodeId.of("eu", "n2");
  private static final Scope EU = Scope.region("eu");

  private final Meters meters = new Meters(Map.of("loop", List.of("gossip")));
  private final Mailbox<Input> election = new Mailbox<>(1, () -> Instant.EPOCH);
  private final Dispatcher dispatcher =
      new Dispatcher(new Mailbox<>(1, () -> Instant.EPOCH), Map.of(EU, election), meters);

  private static Frame frame(Scope scope) {
    var first = new RecordId(0, 1);
    var header = new Header(scope, 1, Bytes.utf8("genesis"), 7, first, Bytes.utf8("store"));
    return new Frame(header, new Frame.Ask(1, false, 7, first));
  }

  private void heard(Bytes bytes) {
    dispatcher.frame(PEER, Family.ELECT, bytes);
  }

  private void assertDropped(String reason) {
    var series = "meshkit_stream_drops_total{family=\"ELECT\",reason=\"" + reason + "\"} 1.0";
    assertTrue(meters.scrape().contains(series), series);
    assertEquals(0, election.depth());
  }

  @Test
  void aFrameReachesTheLoopOfItsScope() throws InterruptedException {
    heard(ElectCodec.frame(frame(EU)));
    assertEquals(new Input.Received(PEER, frame(EU)), election.take(Instant.EPOCH, Input.Tick.NOW));
  }

  @Test
  void whatIsNoFrameIsCounted() {
    heard(Bytes.utf8("no frame"));
    assertDropped("malformed");
  }

  @Test
  void aFrameOfAScopeThatDoesNotRunHereIsCounted() {
    heard(ElectCodec.frame(frame(Scope.GLOBAL)));
    assertDropped("scope");
  }

  @Test
  void whatAFullMailboxDoesNotTakeIsCounted() {
    heard(ElectCodec.frame(frame(EU)));
    heard(ElectCodec.frame(frame(EU)));
    assertEquals(1, election.depth());
    var series = "meshkit_mailbox_rejected_total{loop=\"election-region/eu\"} 1.0";
    assertTrue(meters.scrape().contains(series), meters.scrape());
  }
}
