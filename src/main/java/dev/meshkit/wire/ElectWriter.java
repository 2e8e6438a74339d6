package dev.meshkit.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.meshkit.api.Bytes;
import dev.meshkit.election.Audit;
import dev.meshkit.election.Cause;
import dev.meshkit.election.Frame;
import dev.meshkit.election.Gate;
import dev.meshkit.election.Life;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.Region;
import dev.meshkit.election.Revocation;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Seat;
import dev.meshkit.election.Warrant;
import dev.meshkit.election.Why;
import dev.meshkit.wire.proto.Answer;
import dev.meshkit.wire.proto.Ask;
import dev.meshkit.wire.proto.Beat;
import dev.meshkit.wire.proto.BeatAck;
import dev.meshkit.wire.proto.Boot;
import dev.meshkit.wire.proto.Cert;
import dev.meshkit.wire.proto.ElectFrame;
import dev.meshkit.wire.proto.RecordGet;
import dev.meshkit.wire.proto.RecordPut;
import dev.meshkit.wire.proto.StepDown;
import dev.meshkit.wire.proto.Voter;

/** Election's frames as protobuf. */
final class ElectWriter {
  private ElectWriter() {}

  static ElectFrame frame(Frame frame) {
    var header = frame.header();
    var out =
        ElectFrame.newBuilder()
            .setScope(header.scope().text())
            .setGen(header.generation())
            .setGenesis(bytes(header.genesis()))
            .setTerm(header.term())
            .setRec(id(header.rec()))
            .setStore(bytes(header.store()));
    if (header.life().boot() > 0) out.setLife(boot(header.life()));
    return switch (frame.message()) {
      case Frame.Ask ask -> out.setAsk(ask(ask)).build();
      case Frame.Answer answer -> out.setAnswer(answer(answer)).build();
      case Frame.Beat beat -> out.setBeat(beat(beat)).build();
      case Frame.BeatAck ack -> out.setAck(ack(ack)).build();
      case Frame.TimeoutNow(var cert, var cause) ->
          out.setTimeoutNow(cert(cert)).setCause(cause(cause)).build();
      case Frame.StepDown(var term, var next, var cause) ->
          out.setDown(StepDown.newBuilder().setTerm(term).setNext(next.toString()))
              .setCause(cause(cause))
              .build();
      case Frame.RecordPut(var record, var committed) ->
          out.setPut(RecordPut.newBuilder().setRecord(record(record)).setCommitted(committed))
              .build();
      case Frame.RecordGet(var wanted) ->
          out.setGet(RecordGet.newBuilder().setTerm(wanted.term()).setVersion(wanted.version()))
              .build();
      case Frame.Survey(var id) -> out.setGet(RecordGet.newBuilder().setSurvey(bytes(id))).build();
      case Frame.Holds(var survey, var record, var committed) ->
          out.setPut(
                  RecordPut.newBuilder()
                      .setRecord(record(record))
                      .setCommitted(committed)
                      .setSurvey(bytes(survey)))
              .build();
      case Frame.Withholds not -> out.setAnswer(withholds(not)).build();
      case Frame.Boot _ -> out.setBoot(boot(header.life())).build();
      case Frame.Quarantine(var life) -> out.setQuarantine(boot(life)).build();
    };
  }

  static dev.meshkit.wire.proto.ScopeRecord record(ScopeRecord record) {
    var content = record.content();
    var out =
        dev.meshkit.wire.proto.ScopeRecord.newBuilder()
            .setId(id(record.id()))
            .setGeneration(content.generation())
            .setGenesis(bytes(content.genesis()))
            .setMaxPromiseMs((int) content.maxPromise().toMillis())
            .setRhoPpm(content.rhoPpm());
    content.voters().forEach(seat -> out.addVoters(voter(seat)));
    content.gates().forEach(gate -> out.addGates(gate(gate)));
    content.revocations().forEach(revocation -> out.addRevocations(revocation(revocation)));
    content.regions().forEach(region -> out.addRegions(region(region)));
    content.audit().forEach(audit -> out.addAudit(audit(audit)));
    content.applied().forEach(id -> out.addApplied(bytes(id)));
    return out.build();
  }

  static Voter voter(Seat seat) {
    return Voter.newBuilder()
        .setNode(seat.node().toString())
        .setStore(bytes(seat.store()))
        .setRank(seat.rank())
        .build();
  }

  static dev.meshkit.wire.proto.Gate gate(Gate gate) {
    return dev.meshkit.wire.proto.Gate.newBuilder()
        .setChange(gate.change())
        .setVersion(gate.version())
        .setMin(gate.min())
        .setMax(gate.max())
        .setRollout(bytes(gate.rollout()))
        .setEpoch(gate.epoch())
        .build();
  }

  static dev.meshkit.wire.proto.Revocation revocation(Revocation revocation) {
    return dev.meshkit.wire.proto.Revocation.newBuilder()
        .setSpkiSha256(bytes(revocation.key()))
        .setNode(revocation.node().toString())
        .setNotAfterMs(revocation.notAfter().toEpochMilli())
        .build();
  }

  static dev.meshkit.wire.proto.Region region(Region region) {
    return dev.meshkit.wire.proto.Region.newBuilder()
        .setName(region.name())
        .setGeneration(region.generation())
        .setFounder(voter(region.founder()))
        .build();
  }

  private static dev.meshkit.wire.proto.Audit audit(Audit audit) {
    return dev.meshkit.wire.proto.Audit.newBuilder()
        .setCommand(bytes(audit.command()))
        .setActor(audit.author().actor())
        .setReason(audit.author().reason())
        .setWallMs(audit.author().wall().toEpochMilli())
        .build();
  }

  private static Boot boot(Life life) {
    return Boot.newBuilder().setBoot(life.boot()).setNonce(life.nonce()).build();
  }

  private static Ask ask(Frame.Ask ask) {
    var out =
        Ask.newBuilder()
            .setRound(ask.round())
            .setPre(ask.pre())
            .setTerm(ask.term())
            .setRec(id(ask.rec()));
    return switch (ask.warrant()) {
      case Warrant.None() -> out.build();
      case Warrant.Cert cert -> out.setCert(cert(cert)).build();
    };
  }

  private static Cert cert(Warrant.Cert cert) {
    return Cert.newBuilder()
        .setFrom(voter(cert.from()))
        .setTerm(cert.term())
        .setTo(voter(cert.to()))
        .build();
  }

  private static Answer answer(Frame.Answer answer) {
    return Answer.newBuilder()
        .setRound(answer.round())
        .setTerm(answer.term())
        .setGranted(answer.why() == Why.GRANTED)
        .setWhy(why(answer.why()))
        .setWaitMs(millisUp(answer.retryIn()))
        .build();
  }

  private static Answer withholds(Frame.Withholds not) {
    return Answer.newBuilder()
        .setGranted(not.why() == Why.GRANTED)
        .setWhy(why(not.why()))
        .setWaitMs(millisUp(not.retryIn()))
        .setSurvey(bytes(not.survey()))
        .build();
  }

  private static Beat beat(Frame.Beat beat) {
    return Beat.newBuilder()
        .setSeq(beat.seq())
        .setSentNanos(beat.sentNanos())
        .setPromiseMs((int) beat.promise().toMillis())
        .setHash(bytes(beat.hash()))
        .setCommitted(id(beat.committed()))
        .build();
  }

  private static BeatAck ack(Frame.BeatAck ack) {
    return BeatAck.newBuilder()
        .setSeq(ack.seq())
        .setSentNanos(ack.sentNanos())
        .setGrantedMs((int) ack.granted().toMillis()) // rounded down: a promise is never overstated
        .setDiskOk(ack.diskOk())
        .build();
  }

  private static dev.meshkit.wire.proto.RecordId id(RecordId id) {
    return dev.meshkit.wire.proto.RecordId.newBuilder()
        .setTerm(id.term())
        .setVersion(id.version())
        .build();
  }

  private static dev.meshkit.wire.proto.Why why(Why why) {
    return switch (why) {
      case GRANTED -> dev.meshkit.wire.proto.Why.WHY_NONE;
      case TERM -> dev.meshkit.wire.proto.Why.WHY_TERM;
      case PROMISE -> dev.meshkit.wire.proto.Why.WHY_PROMISE;
      case QUIET -> dev.meshkit.wire.proto.Why.WHY_QUIET;
      case STALE -> dev.meshkit.wire.proto.Why.WHY_STALE;
      case VOTED -> dev.meshkit.wire.proto.Why.WHY_VOTED;
      case DISK -> dev.meshkit.wire.proto.Why.WHY_DISK;
      case NOT_MEMBER -> dev.meshkit.wire.proto.Why.WHY_NOT_MEMBER;
    };
  }

  private static dev.meshkit.wire.proto.Cause cause(Cause cause) {
    return switch (cause) {
      case LAPSE -> dev.meshkit.wire.proto.Cause.CAUSE_LAPSE;
      case HIGHER_TERM -> dev.meshkit.wire.proto.Cause.CAUSE_HIGHER_TERM;
      case DISK -> dev.meshkit.wire.proto.Cause.CAUSE_DISK;
      case CLOCK -> dev.meshkit.wire.proto.Cause.CAUSE_CLOCK;
      case TRANSFER -> dev.meshkit.wire.proto.Cause.CAUSE_TRANSFER;
      case STEP_DOWN -> dev.meshkit.wire.proto.Cause.CAUSE_STEP_DOWN;
      case SHUTDOWN -> dev.meshkit.wire.proto.Cause.CAUSE_SHUTDOWN;
    };
  }

  /** Rounded up: who comes back after a wait must not come too early. */
  private static int millisUp(java.time.Duration wait) {
    return (int) ((wait.toNanos() + 999_999) / 1_000_000);
  }

  private static ByteString bytes(Bytes bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes.asBuffer());
  }
}
