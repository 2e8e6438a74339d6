package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.election.Change;
import dev.meshkit.election.Profile;
import dev.meshkit.election.Revocation;
import dev.meshkit.election.Roster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Draws the runs of {@code election/autopilot}: a scope born with one voter, one to eight nodes in
 * one to four regions, evenly or most in one. First a few faults while it grows, all of which heal;
 * then, when it has grown, one node is gone for good, loses its disk, or is revoked. What must come
 * of it by the end is known without any autopilot.
 */
final class AutopilotRuns {
  private static final Duration DEAD_AFTER = Duration.ofSeconds(20);
  private static final double HEALED = 100;
  private static final double GROWN = 180;
  private static final ElectionRuns.Pace PACE =
      new ElectionRuns.Pace(Profile.WAN, SimNetwork.Climate.LAN, GROWN + 5, 120);

  private final Draws draws;
  private final boolean wired;
  private final List<Op.Timed> ops = new ArrayList<>();

  /** {@code wired}: frames are encoded and decoded on their way (V7). */
  AutopilotRuns(Draws draws, boolean wired) {
    this.draws = draws;
    this.wired = wired;
  }

  /** The judges that no other scenario has, of a scope that is as its default. */
  static List<Oracle> oracles() {
    var plan = Roster.Plan.of(false);
    var nobody = new TreeSet<NodeId>();
    return List.of(new ElectorateAsPlanned(plan, nobody), new SeatsAreKept(plan, nobody, () -> 0L));
  }

  /** One run. */
  Setup setup() {
    var nodes = nodes();
    var plan = plan(nodes);
    add(0, new Op.Weather(draws.unit() * 0.02, draws.unit() * 0.02, 1));
    for (var faults = draws.below(3); faults > 0; faults--) fault(nodes.size());
    add(HEALED, new Op.Heal());
    for (var node = 0; node < nodes.size(); node++) add(HEALED, new Op.Restart(node));
    var revoked = new TreeSet<NodeId>();
    if (plan.target() >= 3 && mayFill(nodes, plan)) lose(nodes, revoked);
    var boot =
        ElectionRuns.Boot.named(nodes, nodes.subList(0, 1), PACE.profile(), wired).piloted(plan);
    var oracles = new ArrayList<>(ElectionRuns.oracles());
    oracles.add(new ElectorateAsPlanned(plan, revoked));
    oracles.add(new SeatsAreKept(plan, revoked, boot::now));
    return ElectionRuns.setup(PACE, ops, boot, oracles);
  }

  private List<NodeId> nodes() {
    var regions = 1 + draws.below(4);
    var uneven = draws.chance(0.5);
    var nodes = new ArrayList<NodeId>();
    for (var i = 1 + draws.below(8); i > 0; i--) {
      var region = !uneven ? draws.below(regions) : i <= regions ? i - 1 : 0;
      nodes.add(NodeId.of("r" + region, "n" + i));
    }
    return nodes;
  }

  private Roster.Plan plan(List<NodeId> nodes) {
    if (nodes.size() < 3 || draws.chance(0.75))
      return new Roster.Plan(draws.chance(0.5) ? 3 : 5, new TreeSet<>(), DEAD_AFTER);
    var pinned = new TreeSet<NodeId>();
    while (pinned.size() < 3) pinned.add(draws.oneOf(nodes));
    return Roster.Plan.pinned(pinned, DEAD_AFTER);
  }

  /** Whether three voters are there by then, so that one may be lost. */
  private static boolean mayFill(List<NodeId> nodes, Roster.Plan plan) {
    return nodes.size() >= 3 || !plan.pinned().isEmpty();
  }

  private void fault(int nodes) {
    var at = draws.real(5, HEALED - 25);
    var until = at + draws.real(1, 20);
    var node = draws.chance(0.4) ? Op.LEADER : draws.below(nodes);
    switch (draws.below(3)) {
      case 0 -> {
        add(at, new Op.Crash(node, draws.oneOf(List.of(Op.Moment.values())), draws.unit()));
        for (var back = 0; back < nodes; back++) add(until, new Op.Restart(back));
      }
      case 1 -> {
        add(at, new Op.Isolate(node, true, draws.chance(0.5)));
        add(until, new Op.Heal());
      }
      default -> add(at, new Op.Pause(node, Seconds.of(until - at)));
    }
  }

  private void lose(List<NodeId> nodes, SortedSet<NodeId> revoked) {
    var node = draws.below(nodes.size());
    switch (draws.below(4)) {
      case 0, 1 -> add(GROWN, new Op.Crash(node, Op.Moment.NOW, 1));
      case 2 -> add(GROWN, new Op.Wipe(node));
      default -> {
        revoked.add(nodes.get(node));
        var change =
            new Change.Revoke(new Revocation(Bytes.EMPTY, nodes.get(node), Revocation.NEVER));
        add(GROWN, new Op.Order(Op.LEADER, "revoke", false, change));
      }
    }
  }

  private void add(double seconds, Op op) {
    ops.add(new Op.Timed(Seconds.of(seconds), op));
  }
}
