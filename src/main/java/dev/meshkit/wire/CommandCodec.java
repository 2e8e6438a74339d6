package dev.meshkit.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Author;
import dev.meshkit.election.Change;
import dev.meshkit.election.Command;
import dev.meshkit.election.Region;
import dev.meshkit.election.Verdict;
import dev.meshkit.wire.LeaderAsk.Wish;
import dev.meshkit.wire.proto.ChangeScope;
import dev.meshkit.wire.proto.CommandRequest;
import dev.meshkit.wire.proto.CommandResponse;
import dev.meshkit.wire.proto.Empty;
import dev.meshkit.wire.proto.Led;
import dev.meshkit.wire.proto.Moved;
import dev.meshkit.wire.proto.NotLeader;
import dev.meshkit.wire.proto.Params;
import dev.meshkit.wire.proto.Transfer;
import dev.meshkit.wire.proto.Voter;
import java.time.Duration;
import java.time.Instant;

/** {@code CommandRequest} and {@code CommandResponse}. Stateless and thread-safe. */
public final class CommandCodec {
  /** The largest request and the largest answer, bytes. */
  public static final int MAX_BYTES = 4 << 10;

  private static final int MAX_TEXT = 1_024;

  private static final Grammar<CommandRequest> REQUEST =
      new Grammar<>(CommandRequest.getDescriptor(), CommandRequest.parser());
  private static final Grammar<CommandResponse> RESPONSE =
      new Grammar<>(CommandResponse.getDescriptor(), CommandResponse.parser());

  private CommandCodec() {}

  /** The bytes of a request. */
  public static Bytes request(LeaderAsk ask) {
    var out =
        CommandRequest.newBuilder()
            .setScope(ask.scope().text())
            .setActor(ask.author().actor())
            .setReason(ask.author().reason())
            .setWithinMs((int) ask.within().toMillis());
    switch (ask.wish()) {
      case Wish.Alter alter -> out.setChange(change(alter));
      case Wish.Admit(var id, var expected, var node, var rank) ->
          out.setChange(
              ChangeScope.newBuilder()
                  .setId(bytes(id))
                  .setExpected(expected)
                  .setAddVoter(Voter.newBuilder().setNode(node.toString()).setRank(rank)));
      case Wish.Transfer(var to) -> out.setTransfer(Transfer.newBuilder().setTo(to.toString()));
      case Wish.Authority() -> out.setAuthority(Empty.getDefaultInstance());
      case Wish.Report(var change) -> out.setReport(change);
    }
    return Bytes.of(out.build().toByteArray());
  }

  /** The request that bytes say. */
  public static Decoded<LeaderAsk> request(Bytes bytes) {
    if (bytes.size() > MAX_BYTES)
      return new Decoded.Malformed<>("a command of " + bytes.size() + " B");
    try {
      return new Decoded.Whole<>(ask(REQUEST.parse(bytes)));
    } catch (BadPeerInput | IllegalArgumentException broken) {
      return new Decoded.Malformed<>("command: " + broken.getMessage());
    }
  }

  /** The bytes of an answer. */
  public static Bytes response(LeaderReply reply) {
    var out = CommandResponse.newBuilder();
    switch (reply) {
      case LeaderReply.Settled(var verdict) -> settled(out, verdict);
      case LeaderReply.Kept(var why) -> out.setKept(shortened(why));
      case LeaderReply.Moved(var leader, var reign, var gap) ->
          out.setMoved(moved(gap).setLeader(leader.toString()).setLed(led(reign)));
      case LeaderReply.Vacant(var gap) -> out.setVacant(moved(gap));
      case LeaderReply.Leads(var reign) -> out.setLed(led(reign));
      case LeaderReply.Reported(var report) -> out.setReport(GateReports.message(report));
    }
    return Bytes.of(out.build().toByteArray());
  }

  /** The answer that bytes say. */
  public static Decoded<LeaderReply> response(Bytes bytes) {
    if (bytes.size() > MAX_BYTES)
      return new Decoded.Malformed<>("an answer of " + bytes.size() + " B");
    try {
      return new Decoded.Whole<>(reply(RESPONSE.parse(bytes)));
    } catch (BadPeerInput | IllegalArgumentException broken) {
      return new Decoded.Malformed<>("answer to a command: " + broken.getMessage());
    }
  }

  private static ChangeScope change(Wish.Alter alter) {
    var out = ChangeScope.newBuilder().setId(bytes(alter.id())).setExpected(alter.expected());
    switch (alter.change()) {
      case Change.SetGate(var gate) -> out.setSetGate(ElectWriter.gate(gate));
      case Change.SetRank(var voter, var rank) ->
          out.setSetRank(Voter.newBuilder().setNode(voter.toString()).setRank(rank));
      case Change.AddVoter(var seat) -> out.setAddVoter(ElectWriter.voter(seat));
      case Change.RemoveVoter(var voter) -> out.setRemoveVoter(voter.toString());
      case Change.Revoke(var revocation) -> out.setRevoke(ElectWriter.revocation(revocation));
      case Change.Unrevoke(var key, var node) ->
          out.setUnrevoke(
              dev.meshkit.wire.proto.Revocation.newBuilder()
                  .setSpkiSha256(bytes(key))
                  .setNode(node.toString()));
      case Change.AddRegion(var name, var founder) ->
          out.setAddRegion(ElectWriter.region(new Region(name, 1, founder)));
      case Change.SetParams(var promise, var rho) ->
          out.setSetParams(
              Params.newBuilder().setMaxPromiseMs((int) promise.toMillis()).setRhoPpm(rho));
    }
    return out.build();
  }

  private static void settled(CommandResponse.Builder out, Verdict verdict) {
    switch (verdict) {
      case Verdict.Applied(var version) -> out.setApplied(version);
      case Verdict.Conflict(var version) -> out.setConflict(version);
      case Verdict.Refused(var reason) -> out.setRefused(shortened(reason));
      case Verdict.NotLeader(var hint) ->
          out.setNotLeader(NotLeader.newBuilder().setHint(hint.toString()));
      case Verdict.Indeterminate() -> out.setIndeterminate(Empty.getDefaultInstance());
    }
  }

  private static Moved.Builder moved(Duration gap) {
    return Moved.newBuilder().setGapUs(gap.toNanos() / 1_000);
  }

  private static Led led(LeaderReply.Reign reign) {
    return Led.newBuilder().setGen(reign.generation()).setTerm(reign.term()).build();
  }

  private static LeaderAsk ask(CommandRequest in) {
    return new LeaderAsk(
        Scope.parse(in.getScope()),
        new Author(in.getActor(), in.getReason(), Instant.EPOCH),
        Duration.ofMillis(ElectReader.count(in.getWithinMs(), "wait")),
        wish(in));
  }

  private static Wish wish(CommandRequest in) {
    return switch (in.getMCase()) {
      case CHANGE -> change(in.getChange());
      case TRANSFER -> new Wish.Transfer(ElectReader.anyone(in.getTransfer().getTo()));
      case AUTHORITY -> new Wish.Authority();
      case REPORT -> new Wish.Report(in.getReport());
      case M_NOT_SET -> throw new IllegalArgumentException("no wish this version knows");
    };
  }

  private static Wish change(ChangeScope in) {
    var id = ElectReader.bytes(in.getId(), Command.MAX_ID, "command id");
    if (id.isEmpty()) throw new IllegalArgumentException("a change without an id");
    var expected = ElectReader.count(in.getExpected(), "version");
    if (in.getMCase() == ChangeScope.MCase.ADD_VOTER && in.getAddVoter().getStore().isEmpty()) {
      var voter = in.getAddVoter();
      return new Wish.Admit(id, expected, NodeId.parse(voter.getNode()), voter.getRank());
    }
    return new Wish.Alter(id, expected, ElectReader.change(in));
  }

  private static LeaderReply reply(CommandResponse in) {
    return switch (in.getMCase()) {
      case APPLIED ->
          new LeaderReply.Settled(
              new Verdict.Applied(ElectReader.count(in.getApplied(), "version")));
      case CONFLICT ->
          new LeaderReply.Settled(
              new Verdict.Conflict(ElectReader.count(in.getConflict(), "version")));
      case REFUSED -> new LeaderReply.Settled(new Verdict.Refused(text(in.getRefused())));
      case NOT_LEADER ->
          new LeaderReply.Settled(
              new Verdict.NotLeader(ElectReader.anyone(in.getNotLeader().getHint())));
      case INDETERMINATE -> new LeaderReply.Settled(new Verdict.Indeterminate());
      case KEPT -> new LeaderReply.Kept(text(in.getKept()));
      case MOVED ->
          new LeaderReply.Moved(
              NodeId.parse(in.getMoved().getLeader()),
              reign(in.getMoved().getLed()),
              gap(in.getMoved()));
      case VACANT -> new LeaderReply.Vacant(gap(in.getVacant()));
      case LED -> new LeaderReply.Leads(reign(in.getLed()));
      case REPORT -> new LeaderReply.Reported(GateReports.report(in.getReport()));
      case M_NOT_SET -> throw new IllegalArgumentException("no answer this version knows");
    };
  }

  private static LeaderReply.Reign reign(Led in) {
    return new LeaderReply.Reign(
        ElectReader.count(in.getGen(), "generation"), ElectReader.count(in.getTerm(), "term"));
  }

  private static Duration gap(Moved in) {
    var micros = ElectReader.count(in.getGapUs(), "gap");
    if (micros > 1_000L * 3_600_000) throw new IllegalArgumentException("a gap over an hour");
    return Duration.ofNanos(1_000 * micros);
  }

  private static String shortened(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }

  private static String text(String text) {
    if (text.length() > MAX_TEXT) throw new IllegalArgumentException("a reason that is too long");
    return text;
  }

  private static ByteString bytes(Bytes bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes.asBuffer());
  }
}
