package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The dumbest mesh there is: nodes that live or not, and voters that are a list of names. */
final class AutopilotWorld {
  private static final Bytes GENESIS = Bytes.utf8("g");

  final Random random;
  final Roster.Plan plan;
  final SortedMap<NodeId, Node> nodes = new TreeMap<>();
  final SortedMap<NodeId, Integer> voters = new TreeMap<>(); // with the store each votes by
  final SortedSet<NodeId> revoked = new TreeSet<>();
  Instant now = Instant.ofEpochSecond(1_000);
  Instant moved = now;
  NodeId leader;
  int steps;

  static final class Node {
    int store = 1;
    boolean alive = true;
    boolean drains;
    Instant since = Instant.ofEpochSecond(1_000);
  }

  AutopilotWorld(long seed) {
    random = new Random(seed);
    var regions = 1 + random.nextInt(4);
    var size = 1 + random.nextInt(9);
    for (var i = 0; i < size; i++)
      nodes.put(NodeId.of("r" + random.nextInt(regions), "n" + i), new Node());
    var names = List.copyOf(nodes.keySet());
    leader = names.get(random.nextInt(size));
    voters.put(leader, 1);
    plan = random.nextInt(4) == 0 ? pinned(names) : Roster.Plan.of(random.nextBoolean());
  }

  private Roster.Plan pinned(List<NodeId> names) {
    var pins = new TreeSet<NodeId>();
    for (var i = 0; i < 5; i++) pins.add(names.get(random.nextInt(names.size())));
    return Roster.Plan.pinned(pins, Roster.Plan.DEAD_AFTER);
  }

  /** Something happens to a node that does not lead. */
  void happen() {
    var names = List.copyOf(nodes.keySet());
    var name = names.get(random.nextInt(names.size()));
    var node = nodes.get(name);
    if (name.equals(leader)) return;
    switch (random.nextInt(6)) {
      case 0, 1 -> {
        node.alive = !node.alive;
        node.since = now;
      }
      case 2 -> {
        node.store++;
        node.since = now;
      }
      case 3 -> node.drains = !node.drains;
      case 4 -> {
        if (random.nextInt(4) == 0) revoked.add(name);
      }
      default -> nodes.get(leader).drains = random.nextInt(4) == 0;
    }
  }

  Advice advice() {
    return Autopilot.next(record(), roster(), now);
  }

  ScopeRecord record() {
    var seats = new ArrayList<Seat>();
    voters.forEach((name, store) -> seats.add(new Seat(name, store(store), 10)));
    var content = Content.of(1, GENESIS, Duration.ofSeconds(2), Content.RHO_PPM, seats);
    var all = revoked.stream().map(n -> new Revocation(Bytes.EMPTY, n, Revocation.NEVER)).toList();
    return new ScopeRecord(new RecordId(1, 1), content.revoking(all));
  }

  private Roster roster() {
    var all = new ArrayList<Prospect>();
    nodes.forEach(
        (name, node) ->
            all.add(
                new Prospect(
                    name,
                    store(node.store),
                    node.alive,
                    node.since,
                    node.alive ? node.since : Instant.MAX,
                    1,
                    Duration.ofDays(1),
                    node.drains ? Prospect.Bar.DRAINING : Prospect.Bar.NONE)));
    return new Roster(leader, plan, moved, all);
  }

  /** What it says is done, as an election would. */
  void obey(Advice advice) {
    switch (advice) {
      case Advice.Wait _ -> {
        return;
      }
      case Advice.HandOver(var to, _) -> leader = to;
      case Advice.Alter(Change.AddVoter(var seat), _) ->
          voters.put(seat.node(), nodes.get(seat.node()).store);
      case Advice.Alter(Change.RemoveVoter(var node), _) -> voters.remove(node);
      case Advice.Alter(var other, _) -> throw new AssertionError("what is " + other);
    }
    moved = now;
    steps++;
  }

  int margin() {
    return margin(voters.keySet());
  }

  /** The margin without a voter. */
  int sparing(NodeId voter) {
    var rest = new TreeSet<>(voters.keySet());
    rest.remove(voter);
    return margin(rest);
  }

  private int margin(Set<NodeId> of) {
    var well = of.stream().filter(this::isWell).count();
    return (int) well - (of.size() / 2 + 1);
  }

  boolean isWell(NodeId voter) {
    var node = nodes.get(voter);
    return node.alive && node.store == voters.get(voter) && !revoked.contains(voter);
  }

  /** Who may vote, for all that is said of it alone. */
  boolean isFit(NodeId name) {
    var node = nodes.get(name);
    var wanted = plan.pinned().isEmpty() || plan.pinned().contains(name);
    return node.alive && !node.drains && !revoked.contains(name) && wanted;
  }

  private static Bytes store(int number) {
    return Bytes.utf8(("store" + number + "................").substring(0, 16));
  }

  @Override
  public String toString() {
    var text = new StringBuilder("leader " + leader + " plan " + plan + " voters " + voters);
    nodes.forEach(
        (name, node) ->
            text.append("\n  ")
                .append(name)
                .append(' ')
                .append(node.store)
                .append(node.alive ? "" : " dead")
                .append(node.drains ? " drains" : "")
                .append(revoked.contains(name) ? " revoked" : ""));
    return text.toString();
  }
}
