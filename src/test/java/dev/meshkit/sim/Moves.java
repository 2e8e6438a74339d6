package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import dev.meshkit.election.Change;
import dev.meshkit.election.Content;
import dev.meshkit.election.Profile;
import dev.meshkit.election.Seat;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What operators ask of who votes, written before the run like the faults: voters added and
 * removed, wiped and replaced, some changes sent again, some by two operators at once.
 */
final class Moves {
  private final Draws draws;
  private final List<NodeId> nodes;
  private final SortedMap<NodeId, Integer> wipes = new TreeMap<>();
  private final List<Op.Timed> ops = new ArrayList<>();
  private int number;
  private int gates;

  private Moves(List<NodeId> nodes, Draws draws) {
    this.nodes = nodes;
    this.draws = draws;
  }

  /** About {@code count} commands until {@code end}; disks are lost in its first half only. */
  static List<Op.Timed> membership(List<NodeId> nodes, long end, int count, Draws draws) {
    var moves = new Moves(nodes, draws);
    var gap = end / count;
    var wipes = draws.below(3);
    for (var at = gap; at < end; at += draws.between(gap / 4, gap * 7 / 4)) {
      if (wipes > 0 && at < end / 2 && draws.chance(0.1)) {
        moves.replace(at, gap);
        wipes--;
      } else if (draws.chance(0.06) && at + 6 * gap < end) moves.depose(at, gap);
      else moves.move(at, gap);
    }
    return moves.ops;
  }

  /**
   * One voter lags, is removed perhaps, comes back and is added again, while a stranger says what
   * only voters may say. Nothing else fails, so nothing else may change.
   *
   * @param voter who lags
   * @param unit long enough for an election and for every promise to run out
   */
  static List<Op.Timed> lagging(List<NodeId> nodes, int voter, long unit, Draws draws) {
    var moves = new Moves(nodes, draws);
    moves.add(0, new Op.Weather(draws.unit() * 0.01, draws.unit() * 0.05, 1));
    var stranger = nodes.size() - 1;
    var newcomer = nodes.size() - 2;
    for (var cycle = 0; cycle < 2; cycle++) {
      var begin = (2 + 5L * cycle) * unit;
      var shape = draws.below(3);
      moves.add(begin, new Op.Lag(voter, shape < 2, shape > 0));
      if (draws.chance(0.6)) moves.tell(begin + unit / 2, new Change.RemoveVoter(nodes.get(voter)));
      if (draws.chance(0.5)) moves.tell(begin + unit, moves.adding(newcomer));
      moves.add(begin + 2 * unit + draws.between(0, unit), new Op.Heal());
      moves.tell(begin + 4 * unit, moves.adding(voter));
    }
    for (var more = 0; more < 8; more++)
      moves.add(
          draws.between(unit, 11 * unit), new Op.Intrude(stranger, draws.between(0, 1_000_000)));
    return moves.ops;
  }

  /**
   * One voter hears its leader no more, then another is removed who has just promised, and the
   * leader stands still: its time rests on the old promise, and nobody is there to end it.
   *
   * @param profile whose promises these are
   */
  static List<Op.Timed> shrinking(List<NodeId> nodes, Profile profile, long end, Draws draws) {
    var moves = new Moves(nodes, draws);
    var promise = profile.promise().toNanos();
    var unit = profile.maxPromise().toNanos();
    moves.add(0, new Op.Weather(draws.unit() * 0.02, draws.unit() * 0.05, draws.real(1, 3)));
    for (var at = unit; at + unit < end; at += draws.between(unit, 2 * unit)) {
      var lagging = draws.below(nodes.size());
      var removed = draws.below(nodes.size());
      var asked = at + draws.between(promise / 10, promise * 8 / 10);
      moves.add(at, new Op.Lag(lagging, draws.chance(0.5), true));
      moves.tell(asked, new Change.RemoveVoter(nodes.get(removed)));
      var still = draws.between(promise / 10, 2 * promise);
      moves.add(asked + draws.between(0, promise / 20), new Op.Pause(Op.LEADER, still));
      moves.add(at + 2 * promise, new Op.Heal());
      for (var again = 5; again < 8; again++)
        moves.tell(at + again * promise / 2, moves.adding(removed));
    }
    moves.add(end, new Op.Heal());
    return moves.ops;
  }

  /** Of one voter and a second one, either of the two that follow. */
  static List<Op.Timed> ofTwo(List<NodeId> nodes, Profile profile, long end, Draws draws) {
    return draws.chance(0.5)
        ? growing(nodes, profile, end, draws)
        : forgetting(nodes, profile, end, draws);
  }

  /**
   * A second voter is added while the leader's disk hangs, and is cut off before the record is
   * committed: over the voters there were, the leader alone were enough, over those there are it is
   * not (R8).
   *
   * @param profile whose promises and disks these are
   */
  private static List<Op.Timed> growing(
      List<NodeId> nodes, Profile profile, long end, Draws draws) {
    var moves = new Moves(nodes, draws);
    var promise = profile.promise().toNanos();
    var beat = profile.heartbeat().toNanos();
    var disk = profile.disk().toNanos();
    for (var at = disk; at + 3 * disk < end; at += draws.between(3 * disk, 4 * disk)) {
      var newcomer = 1 + draws.below(nodes.size() - 1);
      moves.add(at, new Op.Stall(Op.LEADER, draws.between(promise * 2, disk * 9 / 10)));
      moves.tell(at + draws.between(1, beat), moves.adding(newcomer));
      moves.add(at + draws.between(2 * beat, promise), new Op.Lag(newcomer, true, true));
      moves.add(at + disk * 3 / 2, new Op.Heal());
      for (var again = 4; again < 6; again++)
        moves.tell(at + again * disk / 2, new Change.RemoveVoter(nodes.get(newcomer)));
    }
    moves.add(end, new Op.Heal());
    return moves.ops;
  }

  /**
   * The only voter's disk hangs for so long that it gives up, just as a second voter stores the
   * record that names it and leads by it; then the first dies, and forgets that record and its
   * promise (E18). The network is slow, so that there is time for that.
   *
   * @param profile whose promises and disks these are
   */
  private static List<Op.Timed> forgetting(
      List<NodeId> nodes, Profile profile, long end, Draws draws) {
    var moves = new Moves(nodes, draws);
    var promise = profile.promise().toNanos();
    var beat = profile.heartbeat().toNanos();
    var disk = profile.disk().toNanos();
    moves.add(0, new Op.Weather(draws.unit() * 0.1, 0, draws.real(10, 40)));
    for (var at = disk; at + 4 * disk < end; at += 4 * disk) {
      var newcomer = 1 + draws.below(nodes.size() - 1);
      var hangs = draws.between(disk * 12 / 10, disk * 3 / 2);
      var asked = at + draws.between(disk * 7 / 10, disk * 11 / 10); // or it gives up for that
      moves.add(at, new Op.Stall(0, hangs));
      for (var again = 0; again < 3; again++)
        moves.tell(asked + again * draws.between(1, beat), moves.adding(newcomer));
      // or the first stores the record, too
      moves.add(asked + draws.between(1, beat / 2), new Op.Lag(newcomer, true, false));
      moves.add(at + draws.between(disk * 11 / 10, hangs), new Op.Heal());
      var dies = at + hangs + draws.between(0, promise / 2);
      moves.add(dies, new Op.Crash(0, Op.Moment.MID_WRITE, 0));
      for (var again = 1; again < 4; again++)
        moves.add(dies + again * draws.between(1, beat), new Op.Restart(0));
      for (var again = 5; again < 7; again++)
        moves.tell(at + again * disk / 2, new Change.RemoveVoter(nodes.get(newcomer)));
    }
    moves.add(end, new Op.Heal()); // one that hangs briefly heals before its newcomer is cut off
    moves.add(end, new Op.Weather(0.01, 0.005, 1));
    moves.add(end, new Op.Restart(0));
    return moves.ops;
  }

  /**
   * Promises get shorter; just then the leader is cut off, and its voters restart: what they forgot
   * was promised for longer than they may promise now.
   *
   * @param profile whose promises these are
   */
  static List<Op.Timed> shortening(List<NodeId> nodes, Profile profile, long end, Draws draws) {
    var moves = new Moves(nodes, draws);
    var usual = profile.maxPromise();
    var beat = profile.heartbeat().toNanos();
    moves.add(0, new Op.Weather(draws.unit() * 0.02, draws.unit() * 0.05, 1));
    for (var at = usual.toNanos(); at + 3 * usual.toNanos() < end; at += 3 * usual.toNanos()) {
      var shorter = profile.heartbeat().multipliedBy(3 + draws.below(3));
      moves.tell(at, new Change.SetParams(shorter, Content.RHO_PPM));
      var when = at + draws.between(0, 3 * beat);
      moves.add(when, new Op.Isolate(Op.LEADER, true, true));
      moves.add(when + 1, new Op.Crash(Op.OTHERS, Op.Moment.NOW, 1));
      for (var node = 0; node < nodes.size(); node++)
        moves.add(when + draws.between(2, beat / 2), new Op.Restart(node));
      moves.add(at + usual.toNanos(), new Op.Heal());
      for (var again = 5; again < 8; again++)
        moves.tell(at + again * usual.toNanos() / 4, new Change.SetParams(usual, Content.RHO_PPM));
    }
    moves.add(end, new Op.Heal());
    return moves.ops;
  }

  /** Operators let one after another lead, about every {@code gap}. */
  static List<Op.Timed> transfers(List<NodeId> nodes, long end, long gap, Draws draws) {
    var moves = new Moves(nodes, draws);
    for (var at = 2 * gap; at < end; at += draws.between(gap / 2, gap * 3 / 2)) {
      moves.add(at, new Op.Hand(moves.whom(), draws.oneOf(nodes)));
      if (draws.chance(0.2)) moves.tell(at, new Change.SetRank(draws.oneOf(nodes), draws.below(9)));
    }
    return moves.ops;
  }

  /**
   * Leadership goes from one to another and back; then a third is cut off from who leads, and that
   * one stands still, again and again.
   *
   * @param nodes three
   */
  static List<Op.Timed> returning(List<NodeId> nodes, Profile profile, long end, Draws draws) {
    var moves = new Moves(nodes, draws);
    var promise = profile.promise().toNanos();
    moves.add(0, new Op.Weather(draws.unit() * 0.02, draws.real(0.5, 1), 1));
    for (var at = promise; at + 4 * promise < end; at += 4 * promise) {
      var one = draws.below(nodes.size());
      var other = (one + 1 + draws.below(nodes.size() - 1)) % nodes.size();
      moves.add(at, new Op.Heal());
      for (var turn = 0; turn < 3; turn++)
        for (var again = 0; again < 3; again++)
          moves.add(
              at + (3L * turn + again) * promise / 6,
              new Op.Hand(Op.LEADER, nodes.get(turn == 1 ? other : one)));
      var apart = draws.chance(0.5) ? other : nodes.size() - one - other;
      var links = List.of(new Link(one, apart), new Link(apart, one));
      moves.add(at + promise * 3 / 2, new Op.Cut("apart", links));
      var still = at + promise * 5 / 2;
      while (still < at + 4 * promise) {
        moves.add(still, new Op.Pause(Op.LEADER, draws.between(promise / 4, promise * 2 / 3)));
        still += draws.between(promise / 3, promise);
      }
    }
    moves.add(end, new Op.Heal());
    moves.add(end, new Op.Weather(0.01, 0.005, 1));
    return moves.ops;
  }

  /** Two voters are preferred; the first dies and comes back every minute or so. */
  static List<Op.Timed> preferring(List<NodeId> nodes, long end, Draws draws) {
    var moves = new Moves(nodes, draws);
    var first = draws.below(nodes.size());
    var second = draws.below(nodes.size());
    moves.add(0, new Op.Weather(0, draws.unit() * 0.02, 1));
    for (var again = 3; again < 6; again++) {
      moves.tell(Seconds.of(again), new Change.SetRank(nodes.get(second), 2));
      moves.tell(Seconds.of(again + 0.5), new Change.SetRank(nodes.get(first), 1));
    }
    for (var at = Seconds.of(60); at < end; at += draws.between(end / 10, end / 5))
      moves.die(first, at, at + draws.between(end / 100, end / 20));
    moves.add(end, new Op.Restart(first));
    return moves.ops;
  }

  private void tell(long at, Change change) {
    add(at, new Op.Order(Op.LEADER, "m" + ++number, false, change));
  }

  private void move(long at, long gap) {
    var order = new Op.Order(whom(), "m" + ++number, draws.chance(0.2), change());
    add(at, order);
    if (order.change() instanceof Change.AddVoter(var seat) && draws.chance(0.3))
      die(nodes.indexOf(seat.node()), at + draws.between(0, 20_000_000), at + 3 * gap);
    if (draws.chance(0.3)) tell(at + draws.between(0, 2_000_000), change());
    if (draws.chance(0.5))
      add(
          at + draws.between(0, 4 * gap),
          new Op.Order(whom(), order.id(), order.seen(), order.change()));
  }

  private Change change() {
    var pick = draws.unit();
    var node = draws.below(nodes.size());
    if (pick < 0.5) return adding(node);
    if (pick < 0.85) return new Change.RemoveVoter(nodes.get(node));
    return new Change.SetGate(OrderedGates.gate("g", draws.below(4), ++gates));
  }

  private Change adding(int node) {
    var id = nodes.get(node);
    var store = ElectionRuns.store(id, wipes.getOrDefault(id, 0));
    return new Change.AddVoter(new Seat(id, store, draws.below(20)));
  }

  /** A disk is lost; its voter is taken out, and comes back with another. */
  private void replace(long at, long gap) {
    var node = draws.below(nodes.size());
    var id = nodes.get(node);
    wipes.merge(id, 1, Integer::sum);
    add(at, new Op.Wipe(node));
    for (var again = 1; again <= 4; again++) {
      tell(at + again * gap, new Change.RemoveVoter(id));
      tell(at + again * gap + gap / 2, adding(node));
    }
  }

  /** What a leader pushes comes when it is gone, another leads, and others vote. */
  private void depose(long at, long gap) {
    var hand = 30_000_000L;
    add(at, new Op.Weather(0.02, 0.1, draws.real(500, 5_000)));
    for (var again = 0; again < 3; again++)
      tell(at + again * hand, adding(draws.below(nodes.size())));
    add(at + 3 * hand, new Op.Weather(0.02, 0.02, 1));
    add(at + 3 * hand, new Op.Crash(Op.LEADER, Op.Moment.NOW, 1));
    for (var again = 2; again < 6; again++) {
      tell(at + again * gap, new Change.RemoveVoter(draws.oneOf(nodes)));
      tell(at + again * gap + hand, adding(draws.below(nodes.size())));
    }
    for (var node = 0; node < nodes.size(); node++) add(at + 6 * gap, new Op.Restart(node));
  }

  /** A newcomer is gone before it holds the record, or just after. */
  private void die(int node, long when, long until) {
    add(when, new Op.Crash(node, Op.Moment.NOW, draws.unit()));
    add(until, new Op.Restart(node));
  }

  private int whom() {
    return draws.chance(0.9) ? Op.LEADER : draws.below(nodes.size());
  }

  private void add(long at, Op op) {
    ops.add(new Op.Timed(at, op));
  }
}
