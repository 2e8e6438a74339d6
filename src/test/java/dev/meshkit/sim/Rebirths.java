package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.election.Change;
import dev.meshkit.election.Revocation;
import dev.meshkit.election.Seat;
import java.util.ArrayList;
import java.util.List;

/**
 * A scope that is recovered twice, written before the run like all faults. Who survives the first
 * time was cut off just before, and lacks what the dead had committed then; of the dead one comes
 * back as the only other voter, and one where nobody hears it, of the older generation. Then the
 * quorum of the second generation is lost as well, and both of these are what is left. Half of the
 * recoveries are left to a node that runs: the first time with another one that holds what it
 * lacks, if there are enough to be lost for that; and at times both are told to go on.
 */
final class Rebirths {
  private final List<NodeId> nodes;
  private final long unit;
  private final Draws draws;
  private final List<Op.Timed> ops = new ArrayList<>();
  private int number;

  /** {@code nodes}: at least three; {@code unit}: a quiet period. */
  Rebirths(List<NodeId> nodes, long unit, Draws draws) {
    this.nodes = List.copyOf(nodes);
    this.unit = unit;
    this.draws = draws;
  }

  /** What happens, until calm and a little into it. */
  List<Op.Timed> twice() {
    var survivor = draws.below(nodes.size());
    var second = (survivor + 1) % nodes.size();
    var stale = (survivor + 2) % nodes.size();
    add(0, new Op.Weather(draws.unit() * 0.05, draws.unit() * 0.05, draws.real(1, 2)));
    work();
    var many = nodes.size() > 3; // so that two are no quorum
    var strangers = many && draws.chance(0.35);
    var told = strangers || draws.chance(0.5);
    add(strangers ? 2.2 : 1.8, new Op.Lag(survivor, true, true));
    if (strangers) {
      // who was cut off does not know that the other votes; nobody may lead just then
      for (var at = 1.1; at < 2.2; at += 0.2)
        add(at, order("out", new Change.RemoveVoter(nodes.get(second))));
      for (var at = 2.3; at < 3; at += 0.1) add(at, seat("in", second));
    }
    var dead = strangers ? 3.0 : 2.8;
    kill(dead + draws.real(0, 0.2), survivor, told && many ? second : survivor);
    add(3.5, new Op.Heal());
    if (told) {
      if (strangers) strangers(survivor, second);
      else both(survivor, second, many && draws.chance(0.4));
    } else add(4 + draws.real(0, 0.4), new Op.Recover(survivor));
    add(4.8, new Op.Cut("stale", alone(stale)));
    for (var node = 0; node < nodes.size(); node++)
      add(4.9 + draws.real(0, 0.2), new Op.Restart(node));
    for (var at = 5.1; at < 6.9; at += 0.2) take(at, draws.chance(0.6) ? second : other(stale));
    kill(7, second, stale);
    var again = 7.3 + draws.real(0, 0.3);
    add(again, draws.chance(0.5) ? revive(second) : new Op.Recover(second));
    add(7.8, new Op.Heal());
    for (var node = 0; node < nodes.size(); node++) add(8 + draws.real(0, 1), new Op.Restart(node));
    for (var at = 8.0; at < 12; at += 0.25) take(at, draws.below(nodes.size()));
    if (draws.chance(0.5)) fall(9.5);
    return ops;
  }

  /** The first is told to go on, and at times the second. */
  private void both(int first, int second, boolean too) {
    var at = 3.5 + soon();
    add(at, revive(first));
    if (!too) {
      // what comes meanwhile is read late
      var nanos = (long) (unit * draws.real(0.1, 0.6));
      if (draws.chance(0.2)) add(at + draws.real(0, 0.4), new Op.Pause(first, nanos));
      return;
    }
    // while the first still asks, or while its disk takes long for what it has begun
    var slow = draws.chance(0.4);
    if (slow) add(at, new Op.Stall(first, unit * 6 / 5));
    add(at + draws.real(0, slow ? 0.9 : 0.1), revive(second));
  }

  /** Both are told, of whom the one does not know the other, unless that one asks it. */
  private void strangers(int ignorant, int other) {
    var at = 3.5 + soon();
    var before = draws.chance(0.5);
    add(at, new Op.Revive(before ? other : ignorant, false));
    if (before) add(at, new Op.Stall(other, unit * 6 / 5));
    var later = before ? draws.real(0.01, 0.9) : draws.real(0, 0.1);
    add(at + later, new Op.Revive(before ? ignorant : other, false));
  }

  /** Half of them are told who can be reached. */
  private Op revive(int node) {
    return new Op.Revive(node, draws.chance(0.5));
  }

  /** Mostly before who was cut off hears of itself what the other holds. */
  private double soon() {
    return draws.chance(0.7) ? draws.real(0.0001, 0.01) : draws.real(0.01, 0.5);
  }

  /** Gates, and whom nobody is to trust, one after the other. */
  private void work() {
    for (var at = 1.0; at < 10; at += draws.real(0.15, 0.4))
      ops.add(
          new Op.Timed(
              (long) (at * unit), draws.chance(0.5) ? revoking(++number) : gate(++number)));
  }

  /** One of whom nothing else is heard is trusted no more. */
  static Op revoking(int number) {
    var who = NodeId.of("eu", "gone" + number);
    var change = new Change.Revoke(new Revocation(Bytes.EMPTY, who, Revocation.NEVER));
    return order("r" + number, change);
  }

  private Op gate(int number) {
    var gate = OrderedGates.gate("g", draws.below(4), number);
    return order("g" + number, new Change.SetGate(gate));
  }

  /** So many others die at about once that no quorum of all is left; the two stay. */
  private void kill(double at, int one, int other) {
    for (var node = 0; node < nodes.size(); node++)
      if (node != one && node != other)
        add(at + draws.real(0, 0.2), new Op.Crash(node, Op.Moment.NOW, draws.unit()));
  }

  private void take(double at, int node) {
    add(at, seat("t" + ++number, node));
  }

  private Op seat(String name, int node) {
    var seat = new Seat(nodes.get(node), ElectionRuns.store(nodes.get(node), 0), 10);
    return order(name, new Change.AddVoter(seat));
  }

  private static Op order(String name, Change change) {
    return new Op.Order(Op.LEADER, name, false, change);
  }

  private int other(int than) {
    return (than + 1 + draws.below(nodes.size() - 1)) % nodes.size();
  }

  private List<Link> alone(int node) {
    var links = new ArrayList<Link>();
    for (var peer = 0; peer < nodes.size(); peer++) {
      if (peer == node) continue;
      links.add(new Link(peer, node));
      links.add(new Link(node, peer));
    }
    return links;
  }

  private void fall(double at) {
    add(at, new Op.Isolate(Op.LEADER, true, true));
    add(at + 0.4, new Op.Heal());
  }

  private void add(double at, Op op) {
    ops.add(new Op.Timed((long) (at * unit), op));
  }
}
