package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.control.Recovery;
import dev.meshkit.control.proto.Recovered;
import dev.meshkit.election.Seat;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Goes on with a scope whose quorum is lost for good, at an operator's word. What was committed and
 * is on no disk but the lost ones is lost with them. Thread-safe.
 */
final class RecoveryDesk {
  private final String cluster;
  private final Map<Scope, ScopeElection> elections;
  private final NodeEvent.Sink events;
  private final RandomGenerator chance;

  /** Of one node; {@code chance} draws genesis ids. */
  RecoveryDesk(
      String cluster,
      Map<Scope, ScopeElection> elections,
      NodeEvent.Sink events,
      RandomGenerator chance) {
    this.cluster = cluster;
    this.elections = Map.copyOf(elections);
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
    var up = voters.stream().filter(seen::isUp).count();
    if (up >= content.quorum())
      return refused(
          tried,
          up + " of its voters can be reached, and " + content.quorum() + " are a quorum",
          "wait until they elect a leader: meshkit leaders --watch");
    var names = seen.names();
    var lost = voters.stream().filter(node -> !node.equals(seen.self())).map(names::text).toList();
    var done =
        Recovered.newBuilder()
            .setScope(order.scope())
            .setDryRun(order.dryRun())
            .setGeneration(content.generation() + 1)
            .addAllLost(lost);
    if (order.dryRun()) return Result.ok(done.build());
    if (!election.recover(genesis(), order.within()))
      return Result.err(new MeshError.TimedOut(order.within(), tried));
    events.accept(event(order, seen.self(), content.generation() + 1));
    return Result.ok(done.build());
  }

  private Bytes genesis() {
    var id = ByteBuffer.allocate(16).putLong(chance.nextLong()).putLong(chance.nextLong());
    return Bytes.of(id.array());
  }

  private static NodeEvent event(Recovery order, NodeId self, int generation) {
    var text = self + " alone begins generation " + generation + " of " + order.scope();
    return NodeEvent.warn("leader.recovered", self.toString(), text)
        .of(order.scope(), 0)
        .with(Map.of("actor", order.by().actor(), "reason", order.by().reason()));
  }

  private static Result<Recovered> refused(String tried, String why, String fix) {
    return Result.err(MeshError.of("error.precondition", tried, why, fix, MeshError.Retry.NEVER));
  }
}
