package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import dev.meshkit.election.Roster;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * E32. A violation means that a voter lost its seat too early: one that is well before another had
 * taken its place, or one that had not been dead for as long as it may be. Of those who crowd a
 * region one may go without a follower: three of three regions are worth more than five of which
 * three are of one.
 */
final class SeatsAreKept implements Oracle {
  private static final long JUST_NOW = 10_000_000_000L; // what leaders need not know yet
  private static final double SLOW = 0.85; // their clocks may be off by a tenth

  private final Roster.Plan plan;
  private final SortedSet<NodeId> revoked;
  private final LongSupplier now;
  private final SortedMap<NodeId, Long> upSince = new TreeMap<>();
  private final SortedMap<NodeId, Long> downSince = new TreeMap<>();
  private final SortedSet<NodeId> wiped = new TreeSet<>();
  private Sight.RecordAt at = new Sight.RecordAt(-1, -1);
  private List<String> voters = List.of();

  SeatsAreKept(Roster.Plan plan, SortedSet<NodeId> revoked, LongSupplier now) {
    this.plan = plan;
    this.revoked = revoked;
    this.now = now;
  }

  @Override
  public String name() {
    return "E32";
  }

  @Override
  public String see(Sight sight) {
    switch (sight) {
      case Sight.Started(var node) -> {
        upSince.put(node, now.getAsLong());
        downSince.remove(node);
      }
      case Sight.Stopped(var node) -> {
        downSince.put(node, now.getAsLong());
        upSince.remove(node);
      }
      case Sight.Wiped(var node) -> wiped.add(node);
      case Sight.Viewed(_, _, var record) when record.at().compareTo(at) > 0 -> {
        var wrong = removed(record.voters());
        at = record.at();
        voters = record.voters();
        return wrong;
      }
      default -> {}
    }
    return "";
  }

  private String removed(List<String> next) {
    if (next.size() >= voters.size() || voters.size() % 2 == 0) return "";
    for (var voter : voters) {
      var node = ElectorateAsPlanned.node(voter);
      if (next.contains(voter) || revoked.contains(node) || wiped.contains(node)) continue;
      if (isCrowded(node.region())) continue; // there may be nobody who follows
      var up = now.getAsLong() - upSince.getOrDefault(node, now.getAsLong());
      var down = now.getAsLong() - downSince.getOrDefault(node, now.getAsLong());
      if (up > JUST_NOW) return voter + " is well and was removed first, of " + voters;
      if (down > 0 && down < SLOW * plan.deadAfter().toNanos())
        return voter + " was removed after " + Seconds.text(down) + ", of " + voters;
    }
    return "";
  }

  /** Whether the loss of a region would be that of the quorum, in a mesh of three or more. */
  private boolean isCrowded(String region) {
    var seats = voters.stream().map(ElectorateAsPlanned::node).toList();
    var regions = new TreeSet<String>();
    for (var node : seats) regions.add(node.region());
    for (var node : upSince.keySet()) regions.add(node.region());
    var here = seats.stream().filter(node -> node.region().equals(region)).count();
    return plan.pinned().isEmpty() && regions.size() >= 3 && here > (voters.size() - 1) / 2;
  }
}
