package dev.meshkit.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Author;
import dev.meshkit.election.Change;
import dev.meshkit.election.Command;
import dev.meshkit.election.Gate;
import dev.meshkit.wire.proto.CommandRequest;
import dev.meshkit.wire.proto.CommandResponse;
import dev.meshkit.wire.proto.GateReport;
import dev.meshkit.wire.proto.GateUse;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What is asked of whoever leads: all of it there and back, nothing hostile comes through. */
final class CommandCodecTest {
  @Test
  void everyWishComesBackWhole() {
    for (var ask : WireSeeds.commands())
      assertEquals(new Decoded.Whole<>(ask), CommandCodec.request(CommandCodec.request(ask)));
  }

  @Test
  void everyAnswerComesBackWhole() {
    for (var reply : WireSeeds.verdicts())
      assertEquals(new Decoded.Whole<>(reply), CommandCodec.response(CommandCodec.response(reply)));
  }

  /** E15: each breaks one limit, and the same request without that is whole. */
  @Test
  void whatBreaksALimitIsRefusedWhole() {
    var faults =
        List.<Consumer<CommandRequest.Builder>>of(
            request -> request.setScope("region/"),
            request -> request.setActor("x".repeat(LeaderAsk.MAX_ACTOR + 1)),
            request -> request.setReason("x".repeat(257)),
            request -> request.setWithinMs(60_001),
            request -> request.setWithinMs(-1),
            CommandRequest.Builder::clearM,
            request -> request.getChangeBuilder().setId(ByteString.EMPTY),
            request -> request.getChangeBuilder().setId(ByteString.copyFrom(new byte[33])),
            request -> request.getChangeBuilder().setExpected(-1),
            request -> request.getChangeBuilder().clearM(),
            request -> request.getChangeBuilder().getSetRankBuilder().setRank(256),
            request -> request.getChangeBuilder().getSetRankBuilder().setNode("n1"),
            request -> request.getChangeBuilder().getSetParamsBuilder().setMaxPromiseMs(60_001),
            request -> request.getChangeBuilder().getAddVoterBuilder().setNode(""),
            request -> request.setReport(""),
            request -> request.setReport("x".repeat(65)));
    for (var fault : faults) {
      var request = whole();
      assertInstanceOf(Decoded.Whole.class, read(request));
      fault.accept(request);
      assertInstanceOf(Decoded.Malformed.class, read(request), request::toString);
    }
    var long4k = Bytes.of(new byte[CommandCodec.MAX_BYTES + 1]);
    assertInstanceOf(Decoded.Malformed.class, CommandCodec.request(long4k));
    assertInstanceOf(Decoded.Malformed.class, CommandCodec.response(long4k));
  }

  /** E15: no command that keeps the limits of its parts is larger than a request. */
  @Test
  void theLargestGateFitsIntoARequest() {
    var most = Bytes.of(new byte[Gate.MAX_ROLLOUT]);
    var gate =
        new Gate(
            "x".repeat(Gate.MAX_BYTES),
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            most,
            Long.MAX_VALUE);
    var id = Bytes.of(new byte[Command.MAX_ID]);
    var wish = new LeaderAsk.Wish.Alter(id, Long.MAX_VALUE, new Change.SetGate(gate));
    var text = "x".repeat(LeaderAsk.MAX_ACTOR);
    var author = new Author(text, "x".repeat(Author.MAX_BYTES), Instant.EPOCH);
    var ask = new LeaderAsk(Scope.region("x".repeat(40)), author, LeaderAsk.MOST, wish);
    assertEquals(new Decoded.Whole<>(ask), CommandCodec.request(CommandCodec.request(ask)));
  }

  /** A reason of any length fits into an answer, shortened. */
  @Test
  void aLongReasonIsShortened() {
    var bytes = CommandCodec.response(new LeaderReply.Kept("\u20ac".repeat(5_000)));
    assertTrue(bytes.size() <= CommandCodec.MAX_BYTES, () -> bytes.size() + " B");
    assertEquals(
        new Decoded.Whole<>(new LeaderReply.Kept("\u20ac".repeat(1_024))),
        CommandCodec.response(bytes));
    var longer = CommandResponse.newBuilder().setKept("x".repeat(1_025)).build().toByteArray();
    assertInstanceOf(Decoded.Malformed.class, CommandCodec.response(Bytes.of(longer)));
  }

  /** G9: a report breaks a limit, and the same without that is whole. */
  @Test
  void aReportThatBreaksALimitIsRefusedWhole() {
    var faults =
        List.<Consumer<GateReport.Builder>>of(
            report -> report.setMin(0),
            report -> report.setMin(3),
            report -> report.setMax(-1),
            report -> report.setBaseline(3),
            report -> report.setKey(4),
            report -> report.setRegion("US"),
            report -> report.setEpoch(-1),
            report -> report.setWatchedMs(-1),
            report -> report.setWatchedMs(Long.MAX_VALUE),
            report -> report.addUses(GateUse.newBuilder()),
            report -> report.addUses(GateUse.newBuilder().setVersion(1).setAgoMs(-1)));
    for (var fault : faults) {
      var report = GateReport.newBuilder().setMin(1).setMax(2).setBaseline(2).setRegion("us");
      assertInstanceOf(Decoded.Whole.class, answered(report));
      fault.accept(report);
      assertInstanceOf(Decoded.Malformed.class, answered(report), report::toString);
    }
  }

  private static Decoded<LeaderReply> answered(GateReport.Builder report) {
    var answer = CommandResponse.newBuilder().setReport(report).build();
    return CommandCodec.response(Bytes.of(answer.toByteArray()));
  }

  private static CommandRequest.Builder whole() {
    var request = CommandRequest.newBuilder().setScope("global").setWithinMs(60_000);
    var change = request.getChangeBuilder().setId(ByteString.copyFrom(new byte[16]));
    change.getSetRankBuilder().setNode("eu/n1").setRank(255);
    return request;
  }

  private static Decoded<LeaderAsk> read(CommandRequest.Builder request) {
    return CommandCodec.request(Bytes.of(request.build().toByteArray()));
  }
}
