package dev.meshkit.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Audit;
import dev.meshkit.election.Author;
import dev.meshkit.election.Cause;
import dev.meshkit.election.Content;
import dev.meshkit.election.Frame;
import dev.meshkit.election.Gate;
import dev.meshkit.election.Header;
import dev.meshkit.election.Life;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.Region;
import dev.meshkit.election.Revocation;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Seat;
import dev.meshkit.election.Warrant;
import dev.meshkit.election.Why;
import dev.meshkit.wire.proto.ElectFrame;
import dev.meshkit.wire.proto.RecordPut;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Election's frames on the wire: all of them there and back, nothing hostile comes through. */
final class ElectCodecTest {
  private static final RecordId ID = new RecordId(7, 3);
  private static final Bytes STORE = Bytes.hex("00112233445566778899aabbccddeeff");
  private static final Bytes KEY = STORE.sha256();
  private static final Warrant.Cert CERT =
      new Warrant.Cert(
          new Seat(NodeId.of("eu", "n1"), STORE, 10), 8, Seat.configured(NodeId.of("eu", "n2")));
  private static final Header HEADER =
      new Header(Scope.region("eu"), 1, Bytes.utf8("genesis"), 8, ID, STORE);

  @Test
  void everyFrameComesBackWhole() {
    for (var message : messages()) {
      var frame = new Frame(HEADER, message);
      assertEquals(new Decoded.Whole<>(frame), ElectCodec.frame(ElectCodec.frame(frame)));
    }
  }

  /** E28: who a frame's process is comes back, and so does one that says nothing of itself. */
  @Test
  void aProcessComesBack() {
    for (var life : List.of(new Life(1, 0), new Life(Long.MAX_VALUE, -1), Life.UNSAID)) {
      var header = new Header(Scope.region("eu"), 1, Bytes.utf8("genesis"), 8, ID, STORE, life);
      for (var message : List.of(new Frame.Boot(), new Frame.Quarantine(new Life(7, -9)))) {
        var frame = new Frame(header, message);
        assertEquals(new Decoded.Whole<>(frame), ElectCodec.frame(ElectCodec.frame(frame)));
      }
    }
    var negative = ElectWriter.frame(new Frame(HEADER, new Frame.Boot())).toBuilder();
    negative.getLifeBuilder().setBoot(-1);
    assertInstanceOf(
        Decoded.Malformed.class, ElectCodec.frame(Bytes.of(negative.build().toByteArray())));
  }

  @Test
  void everyReasonComesBack() {
    for (var why : Why.values()) {
      var frame = new Frame(HEADER, new Frame.Answer(4, 8, why, Duration.ofMillis(9)));
      assertEquals(new Decoded.Whole<>(frame), ElectCodec.frame(ElectCodec.frame(frame)));
    }
  }

  /** Who says none, or one of a later version, is read as every version before was. */
  @Test
  void everyCauseComesBack() {
    var next = NodeId.of("eu", "n2");
    for (var cause : Cause.values())
      for (var message :
          List.of(
              new Frame.TimeoutNow(CERT, cause),
              new Frame.StepDown(8, NodeId.NOBODY, cause),
              new Frame.StepDown(8, next, cause))) assertEquals(message, sent(message));
    for (var number : List.of(0, 77)) {
      assertEquals(
          new Frame.TimeoutNow(CERT, Cause.TRANSFER),
          caused(new Frame.TimeoutNow(CERT, Cause.DISK), number));
      assertEquals(
          new Frame.StepDown(8, NodeId.NOBODY, Cause.STEP_DOWN),
          caused(new Frame.StepDown(8, NodeId.NOBODY, Cause.DISK), number));
      assertEquals(
          new Frame.StepDown(8, next, Cause.TRANSFER),
          caused(new Frame.StepDown(8, next, Cause.DISK), number));
    }
  }

  /** A wait is rounded up, a promise down: neither side may act too early. */
  @Test
  void timesAreRoundedToTheSafeSide() {
    var wait = new Frame.Answer(4, 8, Why.PROMISE, Duration.ofNanos(1_000_001));
    var back = assertInstanceOf(Frame.Answer.class, sent(wait));
    assertEquals(Duration.ofMillis(2), back.retryIn());
    var ack = new Frame.BeatAck(1, 0, Duration.ofNanos(1_999_999), true);
    assertEquals(Duration.ofMillis(1), assertInstanceOf(Frame.BeatAck.class, sent(ack)).granted());
  }

  /** The core's canonical bytes are the wire's: equal content is an equal hash on every node. */
  @Test
  void theContentHashIsThatOfTheWireBytes() {
    var proto = ElectWriter.record(record()).toBuilder().clearId().build();
    assertEquals(Bytes.of(proto.toByteArray()).sha256(), record().content().hash());
  }

  @Test
  void aRecordComesBackWhole() {
    assertEquals(new Decoded.Whole<>(record()), ElectCodec.record(ElectCodec.record(record())));
  }

  /** E15 (part): unsorted, oversized or absurd is refused whole. */
  @Test
  void whatBreaksALimitIsMalformed() {
    var good = proto(new Frame.RecordPut(record(), true));
    var put = good.getPut();
    var voters = put.getRecord().getVotersList();
    var bad = new ArrayList<ElectFrame>();
    bad.add(good.toBuilder().clearScope().build());
    bad.add(good.toBuilder().setScope("region/EU").build());
    bad.add(good.toBuilder().setTerm(-1).build());
    bad.add(good.toBuilder().setStore(ByteString.copyFrom(new byte[17])).build());
    bad.add(good.toBuilder().setGenesis(ByteString.copyFrom(new byte[33])).build());
    bad.add(good.toBuilder().clearM().build());
    bad.add(with(good, put.toBuilder().setRecord(put.getRecord().toBuilder().clearVoters())));
    bad.add(
        with(
            good,
            put.toBuilder()
                .setRecord(
                    put.getRecord().toBuilder()
                        .setVoters(0, voters.get(1))
                        .setVoters(1, voters.get(0)))));
    bad.add(
        with(
            good, put.toBuilder().setRecord(put.getRecord().toBuilder().addVoters(voters.get(0)))));
    bad.add(with(good, put.toBuilder().setRecord(put.getRecord().toBuilder().setMaxPromiseMs(-1))));
    var gates = put.getRecord().getGatesList();
    var revoked = put.getRecord().getRevocationsList();
    for (var record :
        List.of(
            put.getRecord().toBuilder().setGates(0, gates.get(1)).setGates(1, gates.get(0)),
            put.getRecord().toBuilder().addGates(gates.get(1)),
            put.getRecord().toBuilder().setGates(0, gates.get(0).toBuilder().setMin(4)),
            put.getRecord().toBuilder().setGates(0, gates.get(0).toBuilder().clearChange()),
            put.getRecord().toBuilder()
                .setGates(
                    0,
                    gates.get(0).toBuilder()
                        .setRollout(ByteString.copyFrom(new byte[Gate.MAX_ROLLOUT + 1]))),
            put.getRecord().toBuilder().addRevocations(revoked.get(0)),
            put.getRecord().toBuilder().addRegions(put.getRecord().getRegions(0)),
            put.getRecord().toBuilder()
                .setRegions(0, put.getRecord().getRegions(0).toBuilder().setName("ap")),
            put.getRecord().toBuilder()
                .setRegions(0, put.getRecord().getRegions(0).toBuilder().setGeneration(0)),
            put.getRecord().toBuilder()
                .setRevocations(0, revoked.get(1))
                .setRevocations(1, revoked.get(0)),
            put.getRecord().toBuilder().setRevocations(0, revoked.get(0).toBuilder().clearNode()),
            put.getRecord().toBuilder()
                .setRevocations(1, revoked.get(1).toBuilder().setNotAfterMs(-1)),
            put.getRecord().toBuilder()
                .setAudit(0, put.getRecord().getAudit(0).toBuilder().clearCommand()),
            put.getRecord().toBuilder()
                .setAudit(0, put.getRecord().getAudit(0).toBuilder().setActor("x".repeat(257))),
            put.getRecord().toBuilder()
                .addAllAudit(Collections.nCopies(15, put.getRecord().getAudit(0))),
            put.getRecord().toBuilder().addApplied(ByteString.EMPTY),
            put.getRecord().toBuilder().addApplied(ByteString.copyFrom(new byte[33])),
            put.getRecord().toBuilder()
                .addAllApplied(Collections.nCopies(63, ByteString.copyFromUtf8("c")))))
      bad.add(with(good, put.toBuilder().setRecord(record)));
    var survey = proto(new Frame.Withholds(Bytes.utf8("survey"), Why.STALE, Duration.ZERO));
    var large = survey.getAnswer().toBuilder().setSurvey(ByteString.copyFrom(new byte[33]));
    bad.add(survey.toBuilder().setAnswer(large).build());
    var granted = proto(new Frame.Answer(4, 8, Why.VOTED, Duration.ZERO));
    bad.add(
        granted.toBuilder().setAnswer(granted.getAnswer().toBuilder().setGranted(true)).build());
    bad.add(granted.toBuilder().setAnswer(granted.getAnswer().toBuilder().setWhyValue(77)).build());
    bad.add(
        granted.toBuilder().setAnswer(granted.getAnswer().toBuilder().setWaitMs(60_001)).build());
    for (var frame : bad)
      assertInstanceOf(
          Decoded.Malformed.class,
          ElectCodec.frame(Bytes.of(frame.toByteArray())),
          frame::toString);
  }

  @Test
  void aRecordOver64KiBIsMalformed() {
    var padding = ByteString.copyFrom(new byte[ElectCodec.MAX_RECORD_BYTES]);
    var padded =
        ElectWriter.record(record()).toBuilder()
            .setUnknownFields(
                com.google.protobuf.UnknownFieldSet.newBuilder()
                    .addField(
                        99,
                        com.google.protobuf.UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(padding)
                            .build())
                    .build())
            .build();
    var put = RecordPut.newBuilder().setRecord(padded).setCommitted(true);
    var frame = with(proto(new Frame.RecordPut(record(), true)), put);
    assertInstanceOf(Decoded.Malformed.class, ElectCodec.frame(Bytes.of(frame.toByteArray())));
    assertInstanceOf(Decoded.Malformed.class, ElectCodec.record(Bytes.of(padded.toByteArray())));
    var huge = Bytes.of(new byte[ElectCodec.MAX_FRAME_BYTES + 1]);
    assertInstanceOf(Decoded.Malformed.class, ElectCodec.frame(huge));
  }

  /**
   * Whatever the bytes, decoding returns a value; what decodes encodes to a frame that is equal.
   */
  @Test
  void noBytesThrow() {
    var chance = new SplittableRandom(20_261_123);
    var whole = 0;
    for (var round = 0; round < 20_000; round++) {
      var bytes = mutated(chance);
      if (ElectCodec.frame(bytes) instanceof Decoded.Whole<Frame>(var frame)) {
        whole++;
        assertEquals(new Decoded.Whole<>(frame), ElectCodec.frame(ElectCodec.frame(frame)));
      }
    }
    assertTrue(whole > 100, "mutations too harsh to mean anything: " + whole + " decoded");
  }

  private static Bytes mutated(SplittableRandom chance) {
    var messages = messages();
    var message = messages.get(chance.nextInt(messages.size()));
    var bytes = ElectCodec.frame(new Frame(HEADER, message)).toArray();
    for (var i = chance.nextInt(4); i >= 0; i--)
      bytes[chance.nextInt(bytes.length)] = (byte) chance.nextInt();
    var length = chance.nextInt(8) == 0 ? chance.nextInt(bytes.length) : bytes.length;
    return Bytes.of(java.util.Arrays.copyOf(bytes, length));
  }

  private static Frame.Message sent(Frame.Message message) {
    var back = ElectCodec.frame(ElectCodec.frame(new Frame(HEADER, message)));
    if (back instanceof Decoded.Whole<Frame>(var frame)) return frame.message();
    throw new AssertionError(back);
  }

  private static Frame.Message caused(Frame.Message message, int number) {
    var bytes = proto(message).toBuilder().setCauseValue(number).build().toByteArray();
    if (ElectCodec.frame(Bytes.of(bytes)) instanceof Decoded.Whole<Frame>(var frame))
      return frame.message();
    throw new AssertionError(message);
  }

  private static ElectFrame proto(Frame.Message message) {
    return ElectWriter.frame(new Frame(HEADER, message));
  }

  private static ElectFrame with(ElectFrame frame, RecordPut.Builder put) {
    return frame.toBuilder().setPut(put).build();
  }

  private static List<Frame.Message> messages() {
    return List.of(
        new Frame.Ask(4, true, 9, ID),
        new Frame.Ask(5, false, 9, ID),
        new Frame.Ask(5, false, 9, ID, CERT),
        new Frame.TimeoutNow(CERT),
        new Frame.Answer(4, 9, Why.GRANTED, Duration.ZERO),
        new Frame.Answer(4, 9, Why.PROMISE, Duration.ofMillis(120)),
        new Frame.Beat(3, -5, Duration.ofMillis(600), record().content().hash(), ID),
        new Frame.BeatAck(3, -5, Duration.ofMillis(600), true),
        new Frame.StepDown(8, NodeId.NOBODY),
        new Frame.StepDown(8, NodeId.of("eu", "n2")),
        new Frame.RecordPut(record(), true),
        new Frame.RecordGet(ID),
        new Frame.Survey(Bytes.utf8("survey")),
        new Frame.Holds(Bytes.utf8("survey"), record(), false),
        new Frame.Holds(Bytes.utf8("survey"), record(), true),
        new Frame.Withholds(Bytes.utf8("survey"), Why.PROMISE, Duration.ofMillis(120)),
        new Frame.Withholds(Bytes.utf8("survey"), Why.STALE, Duration.ZERO));
  }

  private static ScopeRecord record() {
    var voters =
        List.of(
            new Seat(NodeId.of("eu", "n1"), STORE, 10),
            new Seat(NodeId.of("eu", "n2"), Bytes.EMPTY, 0),
            new Seat(NodeId.of("us", "n4"), Bytes.EMPTY, Seat.WITNESS));
    return new ScopeRecord(
        ID,
        Content.of(1, Bytes.utf8("genesis"), Duration.ofSeconds(2), Content.RHO_PPM, voters)
            .founding(List.of(new Region("us", 1, new Seat(NodeId.of("us", "n5"), STORE, 10))))
            .with(
                List.of(
                    new Gate("codec", 3, 2, 4, Bytes.of(new byte[Gate.MAX_ROLLOUT]), 9),
                    new Gate("order", 1, 0, 1, Bytes.EMPTY, 0)),
                List.of(
                    new Revocation(Bytes.EMPTY, NodeId.of("eu", "n9"), Revocation.NEVER),
                    new Revocation(KEY, NodeId.NOBODY, Instant.ofEpochMilli(1_800_000_000_123L))),
                List.of(
                    new Audit(Bytes.utf8("b"), Author.NONE),
                    new Audit(
                        Bytes.utf8("a"), new Author("ops", "stolen", Instant.ofEpochMilli(7)))),
                List.of(Bytes.utf8("b"), Bytes.utf8("a"))));
  }
}
