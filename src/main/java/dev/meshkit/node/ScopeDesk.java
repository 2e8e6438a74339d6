package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.control.HandOver;
import dev.meshkit.control.NodeNames;
import dev.meshkit.control.VoterOrder;
import dev.meshkit.control.proto.HandedOver;
import dev.meshkit.control.proto.VotersChanged;
import dev.meshkit.election.Author;
import dev.meshkit.election.Change;
import dev.meshkit.election.Command;
import dev.meshkit.election.Content;
import dev.meshkit.election.Seat;
import dev.meshkit.election.Verdict;
import dev.meshkit.queue.Audit;
import dev.meshkit.wire.LeaderAsk;
import dev.meshkit.wire.LeaderAsk.Wish;
import dev.meshkit.wire.LeaderReply;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * What operators change of scopes: who leads, and who votes. Their authority is the admin socket,
 * which only this node's owner opens. Thread-safe.
 */
final class ScopeDesk {
  private final LeaderCalls leaders;
  private final Map<Scope, ScopeElection> elections;
  private final RandomGenerator chance;

  /** Of one node; {@code chance} draws the ids of commands. */
  ScopeDesk(LeaderCalls leaders, Map<Scope, ScopeElection> elections, RandomGenerator chance) {
    this.leaders = leaders;
    this.elections = Map.copyOf(elections);
    this.chance = chance;
  }

  /** Lets another lead. */
  Result<HandedOver> handOver(HandOver order, NodeNames names) throws InterruptedException {
    var tried = (order.stepDown() ? "stepping down in " : "handing over ") + order.scope();
    if (!(scope(tried, order.scope()) instanceof Result.Ok<Scope>(var scope)))
      return scope(tried, order.scope()).cast();
    var to = order.to().isEmpty() ? Result.ok(NodeId.NOBODY) : names.node(order.to());
    if (!(to instanceof Result.Ok<NodeId>(var whom))) return to.cast();
    var author = author(tried, order.by());
    if (!(author instanceof Result.Ok<Author>(var by))) return author.cast();
    var from = leaders.believed(scope);
    var done =
        HandedOver.newBuilder()
            .setScope(scope.text())
            .setDryRun(order.dryRun())
            .setFrom(names.text(from));
    if (order.dryRun()) return Result.ok(done.setLeader(names.text(whom)).build());
    var within = bounded(order.within());
    var reply =
        order.stepDown()
            ? leaders.stepDown(scope, by, within)
            : leaders.ask(new LeaderAsk(scope, by, within, new Wish.Transfer(whom)));
    return switch (reply) {
      case LeaderReply.Moved(var leader, var reign, var gap) ->
          Result.ok(
              done.setLeader(names.text(leader))
                  .setFence(new Fence(scope, reign.generation(), reign.term()).text())
                  .setGap(Times.of(gap))
                  .build());
      case LeaderReply.Kept(var why) -> Result.err(kept(tried, why));
      case LeaderReply.Settled(Verdict.NotLeader _) -> Result.err(noLeader(tried, scope));
      case LeaderReply.Vacant _,
          LeaderReply.Settled _,
          LeaderReply.Leads _,
          LeaderReply.Reported _ ->
          Result.err(new MeshError.TimedOut(within, tried));
    };
  }

  /** Changes who votes. */
  Result<VotersChanged> changeVoters(VoterOrder order, NodeNames names)
      throws InterruptedException {
    var tried = "changing the voters of " + order.scope();
    if (!(scope(tried, order.scope()) instanceof Result.Ok<Scope>(var scope)))
      return scope(tried, order.scope()).cast();
    var node = names.node(order.node());
    if (!(node instanceof Result.Ok<NodeId>(var who))) return node.cast();
    if (order.rank() < 0 || order.rank() > Seat.WITNESS)
      return Result.err(
          MeshError.validation(
              tried, order.rank() + " is no rank", "write 0 to 255; 255 only votes"));
    var author = author(tried, order.by());
    if (!(author instanceof Result.Ok<Author>(var by))) return author.cast();
    var wish = wish(order, who, tried);
    if (!(wish instanceof Result.Ok<Wish>(var wanted))) return wish.cast();
    var done =
        VotersChanged.newBuilder()
            .setScope(scope.text())
            .setDryRun(order.dryRun())
            .setText(text(order, names.text(who)));
    if (order.dryRun()) return tried(scope, wanted, tried, done);
    var within = bounded(order.within());
    return switch (leaders.ask(new LeaderAsk(scope, by, within, wanted))) {
      case LeaderReply.Settled(var verdict) ->
          settled(verdict, scope, tried, within).map(v -> done.setVersion(v).build());
      case LeaderReply _ -> Result.err(new MeshError.TimedOut(within, tried));
    };
  }

  private Result<Wish> wish(VoterOrder order, NodeId who, String tried) {
    var id =
        Bytes.of(
            ByteBuffer.allocate(16).putLong(chance.nextLong()).putLong(chance.nextLong()).array());
    return switch (order.what()) {
      case ADD -> Result.ok(new Wish.Admit(id, Command.ANY, who, order.rank()));
      case REMOVE -> Result.ok(new Wish.Alter(id, Command.ANY, new Change.RemoveVoter(who)));
      case RANK ->
          Result.ok(new Wish.Alter(id, Command.ANY, new Change.SetRank(who, order.rank())));
      case NONE, UNRECOGNIZED ->
          Result.err(MeshError.validation(tried, "no change is named", "add, remove or rank"));
    };
  }

  private static String text(VoterOrder order, String who) {
    return switch (order.what()) {
      case ADD -> "add " + who + " with rank " + order.rank();
      case REMOVE -> "remove " + who;
      case RANK -> "rank " + who + " " + order.rank();
      case NONE, UNRECOGNIZED -> "";
    };
  }

  /** As far as this node's own record says: whether others can be reached only the leader knows. */
  private Result<VotersChanged> tried(
      Scope scope, Wish wish, String tried, VotersChanged.Builder done) {
    var own = elections.get(scope);
    if (own == null || !own.isBegun())
      return Result.err(
          MeshError.of(
              "error.precondition",
              tried,
              "this node has no record of " + scope + " to try it on",
              "ask one of its voters: meshkit leaders shows them",
              MeshError.Retry.NEVER));
    var record = own.view().view();
    var why = refusal(wish, record.content());
    return why.isEmpty()
        ? Result.ok(done.setVersion(record.id().version()).build())
        : Result.err(kept(tried, why));
  }

  private static String refusal(Wish wish, Content content) {
    return switch (wish) {
      case Wish.Alter(_, _, var change) -> change.refusal(content);
      case Wish.Admit(_, _, var node, _) ->
          content.voters().stream().anyMatch(seat -> seat.node().equals(node))
              ? node + " votes already"
              : "";
      case Wish.Transfer _, Wish.Authority _, Wish.Report _ -> "";
    };
  }

  private static Result<Long> settled(Verdict verdict, Scope scope, String tried, Duration within) {
    return switch (verdict) {
      case Verdict.Applied(var version) -> Result.ok(version);
      case Verdict.Refused(var reason) -> Result.err(kept(tried, reason));
      case Verdict.NotLeader _ -> Result.err(noLeader(tried, scope));
      case Verdict.Indeterminate() -> Result.err(new MeshError.TimedOut(within, tried));
      case Verdict.Conflict(var version) ->
          Result.err(
              MeshError.of(
                  "error.conflict",
                  tried,
                  "the record is at version " + version,
                  "look again: meshkit leaders",
                  MeshError.Retry.NEVER));
    };
  }

  private static Duration bounded(Duration wait) {
    if (wait.isNegative()) return Duration.ZERO;
    return wait.compareTo(LeaderAsk.MOST) < 0 ? wait : LeaderAsk.MOST;
  }

  private static Result<Scope> scope(String tried, String text) {
    try {
      return Result.ok(Scope.parse(text));
    } catch (IllegalArgumentException bad) {
      return Result.err(
          MeshError.validation(tried, bad.getMessage() + "", "see meshkit leaders for its scopes"));
    }
  }

  /** Who wants it and why, as a record keeps it. */
  static Result<Author> author(String tried, Audit by) {
    if (Bytes.utf8(by.reason()).size() > Author.MAX_BYTES)
      return Result.err(
          MeshError.validation(
              tried,
              "a scope's record keeps at most 256 bytes of a reason",
              "say it in fewer words"));
    return Result.ok(new Author(by.actor(), by.reason(), Instant.EPOCH));
  }

  private static MeshError kept(String tried, String why) {
    return MeshError.of(
        "error.precondition", tried, why, "see meshkit leaders", MeshError.Retry.NEVER);
  }

  /** Nobody leads, and nothing was changed. */
  static MeshError noLeader(String tried, Scope scope) {
    return MeshError.of(
            "error.no_leader",
            tried,
            "nobody leads " + scope + ", and nothing has changed",
            "wait for a leader: meshkit leaders --watch",
            MeshError.Retry.SAFE)
        .with("mk", "MK-ELE-006");
  }
}
