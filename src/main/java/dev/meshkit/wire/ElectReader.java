package dev.meshkit.wire;

import com.google.protobuf.ByteString;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Audit;
import dev.meshkit.election.Author;
import dev.meshkit.election.Cause;
import dev.meshkit.election.Change;
import dev.meshkit.election.Command;
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
import dev.meshkit.wire.proto.Answer;
import dev.meshkit.wire.proto.Ask;
import dev.meshkit.wire.proto.Beat;
import dev.meshkit.wire.proto.BeatAck;
import dev.meshkit.wire.proto.Boot;
import dev.meshkit.wire.proto.Cert;
import dev.meshkit.wire.proto.ChangeScope;
import dev.meshkit.wire.proto.ElectFrame;
import dev.meshkit.wire.proto.RecordGet;
import dev.meshkit.wire.proto.RecordPut;
import dev.meshkit.wire.proto.StepDown;
import dev.meshkit.wire.proto.Voter;
import java.time.Duration;
import java.time.Instant;

/**
 * Election's frames out of protobuf. Whatever breaks a limit is an {@link
 * IllegalArgumentException}, which {@link ElectCodec} turns into a value.
 */
final class ElectReader {
  private static final int GENESIS_BYTES = 32;
  private static final int HASH_BYTES = 32;
  private static final int STORE_BYTES = 16;
  private static final long MAX_PROMISE_MS = 60_000;

  private ElectReader() {}

  static Frame frame(ElectFrame in) {
    var header =
        new Header(
            Scope.parse(in.getScope()),
            count(in.getGen(), "generation"),
            bytes(in.getGenesis(), GENESIS_BYTES, "genesis"),
            count(in.getTerm(), "term"),
            id(in.getRec()),
            bytes(in.getStore(), STORE_BYTES, "store"),
            life(in.getLife()));
    return new Frame(header, message(in));
  }

  private static Frame.Message message(ElectFrame in) {
    return switch (in.getMCase()) {
      case ASK -> ask(in.getAsk());
      case ANSWER -> answer(in.getAnswer());
      case BEAT -> beat(in.getBeat());
      case ACK -> ack(in.getAck());
      case TIMEOUT_NOW -> timeoutNow(in);
      case DOWN -> down(in.getDown(), in);
      case PUT -> put(in.getPut());
      case GET -> get(in.getGet());
      case BOOT -> new Frame.Boot();
      case QUARANTINE -> new Frame.Quarantine(life(in.getQuarantine()));
      case M_NOT_SET -> throw new IllegalArgumentException("no message this version knows");
    };
  }

  private static Life life(Boot in) {
    return new Life(count(in.getBoot(), "boot"), in.getNonce());
  }

  private static Frame.Message ask(Ask in) {
    return new Frame.Ask(
        count(in.getRound(), "round"),
        in.getPre(),
        count(in.getTerm(), "term"),
        id(in.getRec()),
        in.hasCert() ? cert(in.getCert()) : new Warrant.None());
  }

  private static Warrant.Cert cert(Cert in) {
    return new Warrant.Cert(seat(in.getFrom()), count(in.getTerm(), "term"), seat(in.getTo()));
  }

  private static Frame.Message answer(Answer in) {
    var why = why(in.getWhy());
    if (in.getGranted() != (why == Why.GRANTED))
      throw new IllegalArgumentException("an answer both granted and refused: " + why);
    var wait = millis(in.getWaitMs(), "wait");
    var survey = bytes(in.getSurvey(), GENESIS_BYTES, "survey");
    if (!survey.isEmpty()) return new Frame.Withholds(survey, why, wait);
    return new Frame.Answer(count(in.getRound(), "round"), count(in.getTerm(), "term"), why, wait);
  }

  private static Frame.Message beat(Beat in) {
    return new Frame.Beat(
        count(in.getSeq(), "seq"),
        in.getSentNanos(),
        millis(in.getPromiseMs(), "promise"),
        bytes(in.getHash(), HASH_BYTES, "hash"),
        id(in.getCommitted()));
  }

  private static Frame.Message ack(BeatAck in) {
    return new Frame.BeatAck(
        count(in.getSeq(), "seq"),
        in.getSentNanos(),
        millis(in.getGrantedMs(), "granted"),
        in.getDiskOk());
  }

  private static Frame.Message timeoutNow(ElectFrame in) {
    var plain = new Frame.TimeoutNow(cert(in.getTimeoutNow()));
    return new Frame.TimeoutNow(plain.cert(), cause(in.getCause(), plain.cause()));
  }

  private static Frame.Message down(StepDown down, ElectFrame in) {
    var plain = new Frame.StepDown(count(down.getTerm(), "term"), anyone(down.getNext()));
    return new Frame.StepDown(plain.term(), plain.next(), cause(in.getCause(), plain.cause()));
  }

  /** Earlier versions say none, later ones perhaps one that is not known here. */
  private static Cause cause(dev.meshkit.wire.proto.Cause said, Cause otherwise) {
    return switch (said) {
      case CAUSE_LAPSE -> Cause.LAPSE;
      case CAUSE_HIGHER_TERM -> Cause.HIGHER_TERM;
      case CAUSE_DISK -> Cause.DISK;
      case CAUSE_CLOCK -> Cause.CLOCK;
      case CAUSE_TRANSFER -> Cause.TRANSFER;
      case CAUSE_STEP_DOWN -> Cause.STEP_DOWN;
      case CAUSE_SHUTDOWN -> Cause.SHUTDOWN;
      case CAUSE_NONE, UNRECOGNIZED -> otherwise;
    };
  }

  /** A node, or nobody. */
  static NodeId anyone(String text) {
    return text.isEmpty() ? NodeId.NOBODY : NodeId.parse(text);
  }

  /** What a command changes. */
  static Change change(ChangeScope in) {
    return switch (in.getMCase()) {
      case SET_GATE -> new Change.SetGate(gate(in.getSetGate()));
      case SET_RANK ->
          new Change.SetRank(NodeId.parse(in.getSetRank().getNode()), in.getSetRank().getRank());
      case ADD_VOTER -> new Change.AddVoter(seat(in.getAddVoter()));
      case REMOVE_VOTER -> new Change.RemoveVoter(NodeId.parse(in.getRemoveVoter()));
      case REVOKE -> new Change.Revoke(revocation(in.getRevoke()));
      case UNREVOKE -> {
        var meant = revocation(in.getUnrevoke());
        yield new Change.Unrevoke(meant.key(), meant.node());
      }
      case SET_PARAMS ->
          new Change.SetParams(
              millis(in.getSetParams().getMaxPromiseMs(), "max promise"),
              count(in.getSetParams().getRhoPpm(), "rho"));
      case ADD_REGION -> {
        var asked = region(in.getAddRegion());
        yield asked.generation() == 1
            ? new Change.AddRegion(asked.name(), asked.founder())
            : new Change.RenewRegion(asked);
      }
      case M_NOT_SET -> throw new IllegalArgumentException("no change this version knows");
    };
  }

  private static Frame.Message put(RecordPut in) {
    var record = record(in.getRecord());
    var survey = bytes(in.getSurvey(), GENESIS_BYTES, "survey");
    return survey.isEmpty()
        ? new Frame.RecordPut(record, in.getCommitted())
        : new Frame.Holds(survey, record, in.getCommitted());
  }

  private static Frame.Message get(RecordGet in) {
    var survey = bytes(in.getSurvey(), GENESIS_BYTES, "survey");
    if (!survey.isEmpty()) return new Frame.Survey(survey);
    return new Frame.RecordGet(
        new RecordId(count(in.getTerm(), "record term"), count(in.getVersion(), "version")));
  }

  static ScopeRecord record(dev.meshkit.wire.proto.ScopeRecord in) {
    var seats = in.getVotersList().stream().map(ElectReader::seat).toList();
    var content =
        Content.of(
            count(in.getGeneration(), "generation"),
            bytes(in.getGenesis(), GENESIS_BYTES, "genesis"),
            millis(in.getMaxPromiseMs(), "max promise"),
            count(in.getRhoPpm(), "rho"),
            seats);
    if (!content.voters().equals(seats)) throw new IllegalArgumentException("voters out of order");
    return new ScopeRecord(id(in.getId()), lists(content, in));
  }

  private static Content lists(Content content, dev.meshkit.wire.proto.ScopeRecord in) {
    var gates = in.getGatesList().stream().map(ElectReader::gate).toList();
    var revoked = in.getRevocationsList().stream().map(ElectReader::revocation).toList();
    var audit = in.getAuditList().stream().map(ElectReader::audit).toList();
    var applied =
        in.getAppliedList().stream().map(id -> bytes(id, Command.MAX_ID, "command id")).toList();
    var regions = in.getRegionsList().stream().map(ElectReader::region).toList();
    var whole = content.founding(regions).with(gates, revoked, audit, applied);
    if (!whole.regions().equals(regions))
      throw new IllegalArgumentException("regions out of order");
    if (!whole.gates().equals(gates)) throw new IllegalArgumentException("gates out of order");
    if (!whole.revocations().equals(revoked))
      throw new IllegalArgumentException("revocations out of order");
    return whole;
  }

  private static Region region(dev.meshkit.wire.proto.Region in) {
    return new Region(in.getName(), count(in.getGeneration(), "generation"), seat(in.getFounder()));
  }

  private static Revocation revocation(dev.meshkit.wire.proto.Revocation in) {
    return new Revocation(
        bytes(in.getSpkiSha256(), HASH_BYTES, "revoked key"),
        anyone(in.getNode()),
        Instant.ofEpochMilli(count(in.getNotAfterMs(), "not after")));
  }

  private static Audit audit(dev.meshkit.wire.proto.Audit in) {
    var wall = Instant.ofEpochMilli(count(in.getWallMs(), "wall time"));
    return new Audit(
        bytes(in.getCommand(), Command.MAX_ID, "command id"),
        new Author(in.getActor(), in.getReason(), wall));
  }

  private static Gate gate(dev.meshkit.wire.proto.Gate in) {
    return new Gate(
        in.getChange(),
        count(in.getVersion(), "gate version"),
        count(in.getMin(), "gate min"),
        count(in.getMax(), "gate max"),
        bytes(in.getRollout(), Gate.MAX_ROLLOUT, "rollout"),
        count(in.getEpoch(), "epoch"));
  }

  private static Seat seat(Voter in) {
    return new Seat(
        NodeId.parse(in.getNode()),
        bytes(in.getStore(), STORE_BYTES, "store"),
        count(in.getRank(), "rank"));
  }

  private static RecordId id(dev.meshkit.wire.proto.RecordId in) {
    return new RecordId(count(in.getTerm(), "record term"), count(in.getVersion(), "version"));
  }

  private static Why why(dev.meshkit.wire.proto.Why why) {
    return switch (why) {
      case WHY_NONE -> Why.GRANTED;
      case WHY_TERM -> Why.TERM;
      case WHY_PROMISE -> Why.PROMISE;
      case WHY_QUIET -> Why.QUIET;
      case WHY_STALE -> Why.STALE;
      case WHY_VOTED -> Why.VOTED;
      case WHY_DISK -> Why.DISK;
      case WHY_NOT_MEMBER -> Why.NOT_MEMBER;
      case UNRECOGNIZED -> throw new IllegalArgumentException("an unknown reason");
    };
  }

  /** Unsigned on the wire, never negative here. */
  static long count(long value, String what) {
    if (value < 0) throw new IllegalArgumentException(what + " out of range");
    return value;
  }

  static int count(int value, String what) {
    if (value < 0) throw new IllegalArgumentException(what + " out of range");
    return value;
  }

  private static Duration millis(int value, String what) {
    if (value < 0 || value > MAX_PROMISE_MS)
      throw new IllegalArgumentException(what + " out of range");
    return Duration.ofMillis(value);
  }

  static Bytes bytes(ByteString in, int most, String what) {
    if (in.size() > most) throw new IllegalArgumentException(what + " of " + in.size() + " B");
    return Bytes.of(in.asReadOnlyByteBuffer());
  }
}
