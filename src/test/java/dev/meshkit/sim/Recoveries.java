package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Content;
import dev.meshkit.election.Durable;
import dev.meshkit.election.Input;
import dev.meshkit.election.Recovery;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Seat;
import dev.meshkit.election.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an operator does where a quorum is lost for good: one survivor begins the next generation
 * with what the disks of all survivors hold (election.md §7). Either the operator reads those, or
 * the survivor asks whom it can reach. Who has made a generation knows that it is there: from
 * survivors that are all of an older one it makes no other of its number.
 */
final class Recoveries {
  private final SortedMap<String, Asked> asked = new TreeMap<>(); // by genesis id
  private int latest = 1;
  private Optional<Asked> begun = Optional.empty(); // of the latest, where a node that ran began it

  /** What was there when a node was told to go on: its own disk, and whoever it would ask. */
  private record Asked(SimNode node, int life, Durable own, List<Survivor> survivors) {
    /** Whether who asked then runs on and hears {@code other}. */
    boolean tells(SimNode other) {
      return life == node.life() && hear(node, other);
    }

    boolean knows(SimNode other) {
      return survivors.stream().anyMatch(survivor -> survivor.node() == other);
    }

    Asked meeting(List<Survivor> more) {
      var all = new ArrayList<>(survivors);
      all.addAll(more);
      if (!more.isEmpty()) node.world().coverage().count(Coverage.Seen.MET);
      return new Asked(node, life, own, List.copyOf(all));
    }
  }

  private record Survivor(SimNode node, int life, Durable disk) {
    /** Whether it has been there all the time. */
    boolean isLeft(SimNode by) {
      return life == node.life() && hear(by, node);
    }
  }

  /**
   * Begins it on the disk of a process that has ended.
   *
   * @param seat of whom, the only voter from now on
   * @param own its disk
   * @param others the disks of all that run just then
   */
  void recover(SimNode node, Seat seat, SimDisk<Image> own, List<SimDisk<Image>> others) {
    var image = own.durable();
    var survivors = new ArrayList<Durable>();
    survivors.add(image.durable());
    others.forEach(other -> survivors.add(other.durable().durable()));
    var found = survivors.stream().max(Comparator.comparingInt(Recoveries::generation));
    if (generation(found.orElseThrow()) < latest) return;
    var genesis = Bytes.utf8("recovered on " + node.id());
    var next = Recovery.of(survivors, seat, genesis);
    latest = generation(next);
    begun = Optional.empty();
    own.write(new Image(image.boot(), next, image.peers().reborn()));
    saw(node, survivors, found.get());
  }

  /**
   * A node that runs is told to begin it: none or one such order. Whoever it asks must be heard, if
   * nothing happens to either until it begins; one of an older generation may go over before. It
   * knows who is reachable if gossip has {@code shown} them. Who hears the one that has begun the
   * latest hears of it in time, however long the other's disk takes.
   */
  List<Input.Recover> ask(SimNode node, State state, ElectionRuns.Boot boot, boolean shown) {
    if (generation(state.current()) < latest && begun.filter(b -> b.tells(node)).isEmpty())
      return List.of();
    var heard = node.world().nodes().stream().filter(o -> o != node && hear(node, o)).toList();
    var also = new ArrayList<NodeId>();
    if (shown) for (var other : heard) if (!seats(state.current(), other)) also.add(other.id());
    var known = new TreeSet<>(also);
    for (var other : heard) if (seats(state.current(), other)) known.add(other.id());
    for (var learner : state.learning()) known.add(learner.node());
    known.addAll(state.recovering());
    var survivors = new ArrayList<Survivor>();
    for (var other : heard)
      if (known.contains(other.id()))
        survivors.addAll(held(other, generation(state.current()), boot));
    // and whom a record names that one of those shows
    for (var other : heard)
      if (!known.contains(other.id()) && survivors.stream().anyMatch(s -> seats(s.disk(), other)))
        survivors.addAll(held(other, generation(state.current()), boot));
    // as good as drawn: which of two goes first has nothing to do with who they are
    var drawn = (node.world().now() + node.number()) * 0x9E37_79B9_7F4A_7C15L;
    var genesis = "%016x %s".formatted(drawn, node.id());
    asked.put(genesis, new Asked(node, node.life(), state.current(), List.copyOf(survivors)));
    return List.of(new Input.Recover(Bytes.utf8(genesis), generation(state.current()), also));
  }

  /** What its disks hold of the generation that is to be recovered. */
  private static List<Survivor> held(SimNode other, int generation, ElectionRuns.Boot boot) {
    return boot.disks(other).stream()
        .map(disk -> disk.durable().durable())
        .filter(holds -> generation(holds) == generation)
        .map(holds -> new Survivor(other, other.life(), holds))
        .toList();
  }

  private static boolean seats(Durable held, SimNode node) {
    return held.record().content().seats(node.id()) || held.view().content().seats(node.id());
  }

  /** A core took a step: has a node begun what it was told? */
  void stepped(SimNode node, State before, State after) {
    var content = after.record().content();
    if (content.generation() == before.record().content().generation()) return;
    var order = asked.remove(content.genesis().utf8());
    if (order == null) return; // somebody else's, or it went over to it
    latest = content.generation();
    begun = Optional.of(order);
    var found = new ArrayList<>(List.of(order.own()));
    for (var survivor : order.survivors()) if (survivor.isLeft(node)) found.add(survivor.disk());
    if (applied(order.own()).size() < applied(found).size())
      node.world().coverage().count(Coverage.Seen.SHOWN);
    saw(node, found, order.own());
  }

  /**
   * It gives up what it was told. Who goes first asks it, and waits for it anew if it did not know
   * of it: what it holds is kept, too.
   */
  void forgone(SimNode node, String why, ElectionRuns.Boot boot) {
    if (!why.endsWith("goes first")) return;
    node.world().coverage().count(Coverage.Seen.GAVE_WAY);
    asked.replaceAll(
        (_, order) ->
            !why.startsWith(order.node().id() + " ") || order.knows(node)
                ? order
                : order.meeting(held(node, generation(order.own()), boot)));
  }

  private static boolean hear(SimNode one, SimNode other) {
    var now = one.world().now();
    var run = one.running() && other.running();
    return run && other.pausedUntil() <= now && one.world().carry(one.number(), other.number());
  }

  private void saw(SimNode node, List<Durable> survivors, Durable found) {
    var known = new TreeSet<String>();
    for (var survivor : survivors) known.addAll(revoked(survivor.view()));
    var coverage = node.world().coverage();
    coverage.count(Coverage.Seen.RECOVERED);
    if (latest > 2) coverage.count(Coverage.Seen.RECOVERED_AGAIN);
    if (!revoked(found.view()).containsAll(known)) coverage.count(Coverage.Seen.UNITED);
    node.world().saw(new Sight.Reborn(Scope.GLOBAL, latest, known, applied(survivors)));
  }

  private static SortedSet<String> applied(List<Durable> survivors) {
    var all = new TreeSet<String>();
    survivors.forEach(survivor -> all.addAll(applied(survivor)));
    return all;
  }

  /** Which commands a disk's records hold, committed or not. */
  private static SortedSet<String> applied(Durable held) {
    var all = new TreeSet<String>();
    for (var record : List.of(held.record(), held.view())) commands(record.content(), all);
    return all;
  }

  private static void commands(Content content, SortedSet<String> all) {
    content.applied().forEach(id -> all.add(id.utf8()));
  }

  private static int generation(Durable durable) {
    return durable.record().content().generation();
  }

  /** Whom a record revokes. */
  static SortedSet<String> revoked(ScopeRecord record) {
    var all = new TreeSet<String>();
    for (var one : record.content().revocations()) all.add(one.key().hex() + one.node());
    return all;
  }
}
