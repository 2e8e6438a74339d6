package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Member;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.api.ScopeLeader;
import dev.meshkit.control.Recovery;
import dev.meshkit.control.proto.Recovered;
import dev.meshkit.election.Author;
import dev.meshkit.election.Change;
import dev.meshkit.election.Command;
import dev.meshkit.election.Content;
import dev.meshkit.election.Input;
import dev.meshkit.election.Region;
import dev.meshkit.election.Seat;
import dev.meshkit.election.Verdict;
import dev.meshkit.wire.LeaderAsk;
import dev.meshkit.wire.LeaderReply;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Goes on with a scope whose quorum is lost for good, at an operator's word. What was committed and
 * is on no disk but the lost ones, or on those of voters that do not answer, is lost with them. A
 * region asks the whole first, while somebody leads that: of its survivors one begins a generation,
 * whoever else is told to. Thread-safe.
 */
final class RecoveryDesk {
  private static final String NOBODY = "nobody"; // who is asked before it goes on

  private final String cluster;
  private final Map<Scope, ScopeElection> elections;
  private final Whole whole;
  private final NodeEvent.Sink events;
  private final RandomGenerator chance;

  /** The way to whoever leads the whole: {@link LeaderCalls#ask}. */
  @FunctionalInterface
  interface Whole {
    /** Asks; blocks about as long as the ask says. */
    LeaderReply ask(LeaderAsk ask) throws InterruptedException;
  }

  /** Of one node; {@code chance} draws genesis ids. */
  RecoveryDesk(
      String cluster,
      Map<Scope, ScopeElection> elections,
      Whole whole,
      NodeEvent.Sink events,
      RandomGenerator chance) {
    this.cluster = cluster;
    this.elections = Map.copyOf(elections);
    this.whole = whole;
    this.events = events;
    this.chance = chance;
  }

  /** Begins the next generation. */
  Result<Recovered> recover(Recovery order, Snapshot seen) throws InterruptedException {
    var tried = "recovering " + order.scope();
    if (!order.cluster().equals(cluster))
      return Result.err(
          MeshError.validation(
              tried, "this is not the cluster that was named", "it is named " + cluster));
    for (var one : elections.entrySet())
      if (one.getKey().text().equals(order.scope())) return recover(order, one.getValue(), seen);
    return refused(tried, "this node does not vote in it", "ask a voter that is left");
  }

  private Result<Recovered> recover(Recovery order, ScopeElection election, Snapshot seen)
      throws InterruptedException {
    var tried = "recovering " + order.scope();
    var found = election.seen();
    if (found.isEmpty())
      return refused(tried, "this node holds no record of it yet", "ask a voter that is left");
    var view = found.get();
    var content = view.record().content();
    var voters = content.voters().stream().map(Seat::node).toList();
    if (!voters.contains(seen.self()))
      return refused(tried, "this node votes no more", "ask a voter that is left");
    var leader = view.decision().by(view.scope(), seen.self()).leader();
    if (!leader.isNobody())
      return refused(
          tried,
          leader + " leads it in term " + view.term(),
          "nothing is lost: see meshkit leaders; to replace a voter, meshkit leaders voters");
    var up = content.voters().stream().filter(seen::canVote).count();
    if (up >= content.quorum())
      return refused(
          tried,
          up + " of its voters can be reached, and " + content.quorum() + " are a quorum",
          "wait until they elect a leader: meshkit leaders --watch; if some are silenced"
              + " (MK-ELE-005), stop them first");
    var names = seen.names();
    var lost = voters.stream().filter(node -> !node.equals(seen.self())).map(names::text).toList();
    var next = content.generation() + 1;
    var done =
        Recovered.newBuilder()
            .setScope(order.scope())
            .setDryRun(order.dryRun())
            .setGeneration(next)
            .addAllLost(lost);
    if (order.dryRun()) return Result.ok(done.build());
    var scope = election.berth().scope();
    var asked = scope.equals(Scope.GLOBAL) ? NodeId.NOBODY : leader(seen);
    // half of its time, at most, goes into asking the whole
    var within = asked.isNobody() ? order.within() : order.within().dividedBy(2);
    var agreed = agreed(tried, order, within, election.berth(), next, asked);
    if (!(agreed instanceof Result.Ok<String>(var by))) return agreed.cast();
    var recover = new Input.Recover(genesis(), content.generation(), others(scope, content, seen));
    var outcome =
        election.recover(
            recover, within, begun -> events.accept(event(order, seen.self(), begun, by)));
    return switch (outcome) {
      case RecoveryBox.Outcome.Begun(var begun) -> Result.ok(done.setGeneration(begun).build());
      case RecoveryBox.Outcome.Forgone(var why) ->
          refused(
              tried, why, "see who leads and who votes: meshkit leaders voters " + order.scope());
      case RecoveryBox.Outcome.Unknown _ ->
          Result.err(new MeshError.TimedOut(order.within(), tried));
    };
  }

  /** Who can be reached and may have learned what was committed without voting for it. */
  static List<NodeId> others(Scope scope, Content content, Snapshot seen) {
    return seen.mesh().members().stream()
        .map(Member::node)
        .filter(node -> scope.equals(Scope.GLOBAL) || scope.equals(Scope.region(node.region())))
        .filter(node -> !content.seats(node) && !node.equals(seen.self()) && seen.isUp(node))
        .limit(Input.Recover.MOST)
        .toList();
  }

  /**
   * Who let this node go on: the leader of the whole, once its committed record names this node as
   * who begins the region's next generation; nobody where nobody leads the whole, or it is itself
   * what is lost. Asked again the same is agreed again, so whoever was not told repeats it.
   */
  private Result<String> agreed(
      String tried, Recovery order, Duration within, Berth berth, int generation, NodeId leader)
      throws InterruptedException {
    if (leader.isNobody()) return Result.ok(NOBODY);
    var scope = berth.scope();
    var seat = berth.seat();
    var change = new Change.RenewRegion(new Region(seat.node().region(), generation, seat));
    var id = Bytes.utf8("renew " + scope + " " + generation + " " + seat).sha256();
    var author = ScopeDesk.author(tried, order.by());
    if (!(author instanceof Result.Ok<Author>(var by))) return author.cast();
    var least = within.compareTo(LeaderAsk.MOST) < 0 ? within : LeaderAsk.MOST;
    var wish = new LeaderAsk.Wish.Alter(id, Command.ANY, change);
    return switch (whole.ask(new LeaderAsk(Scope.GLOBAL, by, least, wish))) {
      case LeaderReply.Settled(Verdict.Applied _) -> Result.ok(leader.toString());
      case LeaderReply.Settled(Verdict.NotLeader _) -> Result.ok(NOBODY);
      case LeaderReply.Settled(Verdict.Refused(var why)) ->
          refused(
              tried,
              "whoever leads global refused: " + why,
              "start the node that goes on with it, and wait until this one goes over");
      case LeaderReply _ -> Result.err(new MeshError.TimedOut(least, tried));
    };
  }

  /** Who leads the whole and can be reached, as far as this node knows. */
  private static NodeId leader(Snapshot seen) {
    return seen.leaders().stream()
        .filter(led -> led.scope().equals(Scope.GLOBAL))
        .map(ScopeLeader::leader)
        .filter(seen::isUp)
        .findFirst()
        .orElse(NodeId.NOBODY);
  }

  private Bytes genesis() {
    var id = ByteBuffer.allocate(16).putLong(chance.nextLong()).putLong(chance.nextLong());
    return Bytes.of(id.array());
  }

  private static NodeEvent event(Recovery order, NodeId self, int generation, String agreed) {
    var text = self + " alone begins generation " + generation + " of " + order.scope();
    return NodeEvent.warn("leader.recovered", self.toString(), text)
        .of(order.scope(), 0)
        .with(Map.of("actor", order.by().actor(), "reason", order.by().reason(), "agreed", agreed));
  }

  private static <T> Result<T> refused(String tried, String why, String fix) {
    return Result.err(MeshError.of("error.precondition", tried, why, fix, MeshError.Retry.NEVER));
  }
}
