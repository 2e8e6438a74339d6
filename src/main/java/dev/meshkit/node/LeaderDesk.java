package dev.meshkit.node;

import dev.meshkit.api.Fence;
import dev.meshkit.api.Scope;
import dev.meshkit.api.ScopeLeader;
import dev.meshkit.control.NodeNames;
import dev.meshkit.control.proto.LeaderItem;
import dev.meshkit.election.Author;
import dev.meshkit.election.LeaderDecision;
import dev.meshkit.runtime.Clocks;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;

/** Leaders, voters and margins as operators see them. Thread-safe. */
final class LeaderDesk {
  private final SortedMap<Scope, ScopeElection> elections;
  private final Clocks clocks;

  LeaderDesk(SortedMap<Scope, ScopeElection> elections, Clocks clocks) {
    this.elections = elections;
    this.clocks = clocks;
  }

  /** Each scope this node has heard of. */
  List<LeaderItem> items(Snapshot seen) {
    var names = seen.names();
    return seen.leaders().stream().map(led -> item(seen, led, names)).toList();
  }

  private LeaderItem item(Snapshot seen, ScopeLeader led, NodeNames names) {
    var item = LeaderItem.newBuilder().setScope(led.scope().text());
    led.fence()
        .ifPresent(
            fence ->
                item.setState(LeaderItem.State.LED)
                    .setLeader(names.text(led.leader()))
                    .setGeneration(fence.generation())
                    .setTerm(fence.term())
                    .setFence(fence.text()));
    led.fence().ifPresent(fence -> left(item, fence));
    var vote = seen.votes().get(led.scope());
    if (vote != null) ballot(item, seen, vote, names);
    return item.build();
  }

  /** What only a voter knows; its own term may be another than that of the leader it knows of. */
  private void ballot(LeaderItem.Builder item, Snapshot seen, ElectionView vote, NodeNames names) {
    var content = vote.record().content();
    var id = vote.record().id();
    var leads = vote.decision() instanceof LeaderDecision.Led;
    var reachable = 0;
    for (var seat : content.voters()) {
      var up = seen.canVote(seat);
      if (up) reachable++;
      var voter =
          LeaderItem.VoterItem.newBuilder()
              .setNode(names.text(seat.node()))
              .setRank(seat.rank())
              .setReachable(up);
      if (leads) vote.trips().of(seat.node()).ifPresent(trip -> voter.setRtt(Times.of(trip)));
      item.addVoters(voter);
    }
    if (!item.hasLeader()) {
      item.setState(
          reachable < content.quorum() ? LeaderItem.State.NO_QUORUM : LeaderItem.State.ELECTING);
      item.setGeneration(content.generation()).setTerm(vote.term());
    }
    item.setSince(Times.of(vote.sinceWall()))
        .setRecord(content.generation() + "/" + id.term() + "." + id.version())
        .setNeeded(content.quorum())
        .setReachable(reachable)
        .setMargin(vote.margin(seen::canVote));
    if (leads) item.setAutopilot(vote.advice());
    change(item, seen, vote, names);
  }

  private void change(LeaderItem.Builder item, Snapshot seen, ElectionView vote, NodeNames names) {
    if (vote.cause().isEmpty()) return;
    var change =
        LeaderItem.Change.newBuilder()
            .setAt(Times.of(vote.sinceWall()))
            .setCause(cause(vote.cause()));
    if (!vote.before().isNobody()) change.setFrom(names.text(vote.before()));
    if (item.hasLeader()) change.setTo(item.getLeader()).setGap(Times.of(vote.gap()));
    if (vote.before().equals(seen.self())) ordered(change, vote);
    item.setLastChange(change);
  }

  /** Who led knows who told it not to. */
  private void ordered(LeaderItem.Change.Builder change, ElectionView vote) {
    var election = elections.get(vote.scope());
    var isOrder = vote.cause().equals("TRANSFER") || vote.cause().equals("STEP_DOWN");
    if (election == null || !isOrder || election.ordered().equals(Author.NONE)) return;
    change.setActor(election.ordered().actor()).setReason(election.ordered().reason());
  }

  private static LeaderItem.Change.Cause cause(String word) {
    for (var cause : LeaderItem.Change.Cause.values()) if (cause.name().equals(word)) return cause;
    return LeaderItem.Change.Cause.NONE;
  }

  /** How long this node's own tenure still lasts, if it is the one that was seen. */
  private void left(LeaderItem.Builder item, Fence seen) {
    var election = elections.get(seen.scope());
    if (election == null || election.authority().filter(seen::equals).isEmpty()) return;
    var left = Duration.between(clocks.monotonic().instant(), election.authorityUntil());
    if (left.isPositive()) item.setTenureLeft(Times.of(left));
  }
}
