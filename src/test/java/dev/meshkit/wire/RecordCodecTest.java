package dev.meshkit.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Content;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Seat;
import dev.meshkit.gossip.Frame;
import dev.meshkit.gossip.Head;
import dev.meshkit.gossip.Life;
import dev.meshkit.gossip.Table;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Heads, and the one record that a sync may ask for (E14, E15). */
class RecordCodecTest {
  private static final Scope EU = Scope.region("eu");
  private static final Life LIFE = new Life(9, 1);
  private static final ScopeRecord RECORD =
      new ScopeRecord(
          new RecordId(7, 3),
          Content.of(
              2,
              Bytes.utf8("genesis"),
              Duration.ofSeconds(2),
              Content.RHO_PPM,
              List.of(new Seat(NodeId.of("eu", "n1"), Bytes.utf8("store-of-16-byte"), 10))));

  @Test
  void aHeadSaysWhereItsRecordStands() {
    var head = RecordCodec.head(EU, RECORD);
    assertEquals(new Head(EU, 2, 7, 3, RECORD.content().hash()), head);
    var frame = new Frame(LIFE, new Frame.News(), List.of(), List.of(), List.of(head));
    assertEquals(new Decoded.Whole<>(frame), GossipCodec.frame(GossipCodec.frame(frame)));
    var table = new Table(LIFE, List.of(), List.of(), List.of(head));
    assertEquals(new Decoded.Whole<>(table), GossipCodec.request(GossipCodec.request(table)));
    assertEquals(new Decoded.Whole<>(table), GossipCodec.response(GossipCodec.response(table)));
  }

  @Test
  void aRecordIsAskedForAndGiven() {
    assertEquals(Optional.of(EU), RecordCodec.wanted(RecordCodec.request(EU)));
    for (var given : List.of(Optional.of(RECORD), Optional.<ScopeRecord>empty()))
      assertEquals(new Decoded.Whole<>(given), RecordCodec.response(RecordCodec.response(given)));
  }

  @Test
  void aSyncOfTablesAsksForNoRecord() {
    var table = new Table(LIFE, List.of(), List.of());
    assertEquals(Optional.empty(), RecordCodec.wanted(GossipCodec.request(table)));
    assertEquals(Optional.empty(), RecordCodec.wanted(Bytes.utf8("no message at all")));
    assertEquals(Optional.empty(), RecordCodec.wanted(Bytes.of(new byte[300])));
  }

  /** E15. */
  @Test
  void whatBreaksALimitIsRefusedWhole() {
    var huge = Bytes.of(new byte[ElectCodec.MAX_FRAME_BYTES + 1]);
    assertInstanceOf(Decoded.Malformed.class, RecordCodec.response(huge));
    assertInstanceOf(Decoded.Malformed.class, RecordCodec.response(Bytes.utf8("not one")));
    for (var bad :
        List.of(
            dev.meshkit.wire.proto.Head.newBuilder().setScope("global").build(), // generation 0
            dev.meshkit.wire.proto.Head.newBuilder().setScope("moon").setGen(1).build(),
            dev.meshkit.wire.proto.Head.newBuilder()
                .setScope("global")
                .setGen(1)
                .setTerm(-1)
                .build()))
      assertInstanceOf(
          Decoded.Malformed.class,
          GossipCodec.frame(
              Bytes.of(
                  dev.meshkit.wire.proto.StreamFrame.newBuilder()
                      .setGossip(dev.meshkit.wire.proto.Empty.getDefaultInstance())
                      .addHead(bad)
                      .build()
                      .toByteArray())));
  }
}
