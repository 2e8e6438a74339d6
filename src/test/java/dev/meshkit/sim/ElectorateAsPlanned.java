package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import dev.meshkit.election.Roster;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * E31. A violation means that a scope was left alone for minutes and its voters are not those who
 * should vote: too few or an even number, somebody who is gone while another could vote, or a
 * region whose loss would be that of the quorum.
 */
final class ElectorateAsPlanned implements Oracle {
  private final Roster.Plan plan;
  private final SortedSet<NodeId> revoked;
  private final SortedSet<NodeId> up = new TreeSet<>();
  private final SortedSet<NodeId> all = new TreeSet<>();
  private final SortedMap<NodeId, String> stores = new TreeMap<>();
  private Sight.RecordAt at = new Sight.RecordAt(-1, -1);
  private List<String> voters = List.of();

  ElectorateAsPlanned(Roster.Plan plan, SortedSet<NodeId> revoked) {
    this.plan = plan;
    this.revoked = revoked;
  }

  @Override
  public String name() {
    return "E31";
  }

  @Override
  public String see(Sight sight) {
    switch (sight) {
      case Sight.Started(var node) -> {
        all.add(node);
        up.add(node);
      }
      case Sight.Stopped(var node) -> up.remove(node);
      case Sight.Held held -> stores.put(held.node(), held.store());
      case Sight.Viewed(_, _, var record) -> {
        if (record.at().compareTo(at) > 0) {
          at = record.at();
          voters = record.voters();
        }
      }
      case Sight.Calm _ -> {
        return calm();
      }
      default -> {}
    }
    return "";
  }

  private String calm() {
    var size = voters.size();
    var left = "of " + plan.target() + ": " + voters + ", up are " + up + " but not " + revoked;
    if (size % 2 == 0) return "an even number rests, " + left;
    if (size > plan.target()) return "too many, " + left;
    var spare = joining(names());
    if (size < plan.target() && spare >= 2) return spare + " more could vote, " + left;
    for (var voter : voters) {
      var rest = new ArrayList<>(names());
      rest.remove(node(voter));
      if (!isGood(voter) && joining(rest) > 0) return voter + " should not vote, " + left;
      if (isCrowded(node(voter).region())) return "a crowd, " + left;
    }
    return "";
  }

  private boolean isGood(String voter) {
    return mayVote(node(voter)) && voter.equals(node(voter) + " " + stores.get(node(voter)));
  }

  private boolean mayVote(NodeId node) {
    return up.contains(node) && !revoked.contains(node) && isWanted(node);
  }

  private boolean isWanted(NodeId node) {
    return plan.pinned().isEmpty() || plan.pinned().contains(node);
  }

  /** How many could still join these voters. */
  private int joining(List<NodeId> these) {
    var counts = new TreeMap<String, Integer>();
    for (var node : these) counts.merge(node.region(), 1, Integer::sum);
    var joined = 0;
    for (var node : all)
      if (mayVote(node) && !these.contains(node))
        if (counts.merge(node.region(), 1, Integer::sum) <= most()) joined++;
    return joined;
  }

  /** Whether the loss of a region would be that of the quorum, and need not be. */
  private boolean isCrowded(String region) {
    var here = names().stream().filter(node -> node.region().equals(region)).count();
    return isSpread() && voters.size() > 1 && here > (voters.size() - 1) / 2;
  }

  /** How many of a region may vote of as many as are planned. */
  private int most() {
    return isSpread() ? Math.max(1, (plan.target() - 1) / 2) : Integer.MAX_VALUE;
  }

  private boolean isSpread() {
    var regions = up.stream().filter(n -> !revoked.contains(n)).map(NodeId::region).distinct();
    return plan.pinned().isEmpty() && regions.count() >= 3;
  }

  private List<NodeId> names() {
    return voters.stream().map(ElectorateAsPlanned::node).toList();
  }

  /** The node of a voter as histories name it, with or without its store. */
  static NodeId node(String voter) {
    return NodeId.parse(voter.split(" ", 2)[0]);
  }
}
