package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Durable;
import dev.meshkit.election.Election;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Facts;
import dev.meshkit.election.Profile;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code make explore}: walks every interleaving of three real cores within limits, breadth first
 * (V23), from a scope that was just born and from one that is led. One common clock; what an oracle
 * of the simulator objects to is printed with the shortest way there.
 */
public final class Explore {
  private static final List<NodeId> NODES = GossipRuns.names(3);
  private static final Instant START = Instant.EPOCH;

  private final Limits limits;
  private final Visited visited = new Visited();
  private final Deque<Way> frontier = new ArrayDeque<>();
  private long transitions;
  private long deadEnds;
  private int depth;
  private boolean cut;
  private String wrong = "";

  private Explore(Limits limits) {
    this.limits = limits;
  }

  /**
   * What a walk may do.
   *
   * @param depth moves from its beginning
   * @param states after so many it stops
   * @param terms from its beginning
   * @param frames under way at once
   * @param crashes of each node
   * @param left what may go wrong on one way
   */
  record Limits(int depth, int states, int terms, int frames, int crashes, Place.Left left) {}

  /** A way to a state; the moves share their beginnings. */
  private record Way(Place place, Place.@Nullable Move move, @Nullable Way before, int length) {}

  /** Settings: DEPTH and STATES of each walk. Exits 1 if an oracle objects. */
  public static void main(String... args) {
    var settings = new TreeMap<>(System.getenv());
    for (var i = 0; i + 1 < args.length; i += 2)
      settings.put(args[i].replace("--", "").toUpperCase(Locale.ROOT), args[i + 1]);
    var limits =
        new Limits(
            number(settings, "DEPTH", 60),
            number(settings, "STATES", 2_000_000),
            3,
            6,
            1,
            new Place.Left(2, 1, 1));
    System.exit(all(limits, System.out) ? 0 : 1);
  }

  private static int number(Map<String, String> settings, String name, int usual) {
    return Integer.parseInt(settings.getOrDefault(name, "" + usual));
  }

  /** Six walks, a line each; whether none met anything wrong. */
  static boolean all(Limits limits, PrintStream out) {
    var good = true;
    for (var voters = 1; voters <= NODES.size(); voters++)
      for (var led : List.of(false, true)) {
        var began = System.nanoTime();
        var walk = walk(limits, voters, led);
        var seconds = (System.nanoTime() - began) / 1_000_000_000.0;
        out.printf(Locale.ROOT, "V=%d %s: %s, %.1f s%n", voters, name(led), walk, seconds);
        if (!walk.wrong.isEmpty()) out.println(walk.wrong);
        good &= walk.wrong.isEmpty();
      }
    return good;
  }

  private static String name(boolean led) {
    return led ? "led" : "born";
  }

  /** Walks on until nothing is left, a limit is met or an oracle objects. */
  static Explore walk(Limits limits, int voters, boolean led) {
    var walk = new Explore(limits);
    var start = led ? led(born(limits, voters)) : born(limits, voters);
    walk.visited.add(start.digest());
    walk.frontier.add(new Way(start, null, null, 0));
    var terms = start.term() + limits.terms() - (led ? 1 : 0);
    while (walk.wrong.isEmpty() && !walk.frontier.isEmpty()) {
      if (walk.visited.size() >= limits.states()) {
        walk.cut = true;
        break;
      }
      walk.expand(walk.frontier.remove(), terms);
    }
    return walk;
  }

  /** What an oracle objected to, and the way there; empty if none did. */
  String wrong() {
    return wrong;
  }

  /** How many different states there were. */
  int states() {
    return visited.size();
  }

  private void expand(Way way, long terms) {
    depth = Math.max(depth, way.length);
    if (way.place.term() > terms) return;
    if (way.length == limits.depth()) {
      cut = true;
      return;
    }
    var moves = way.place.moves(limits.frames());
    if (moves.isEmpty()) deadEnds++;
    for (var move : moves) {
      var wrote = go(way, move, false);
      if (wrote && way.place.left().late() > 0) go(way, move, true);
      if (!wrong.isEmpty()) return;
    }
  }

  private boolean go(Way way, Place.Move move, boolean late) {
    var leap = new Leap(way.place, limits.frames(), late);
    var place = leap.make(move);
    transitions++;
    var further = new Way(place, move, way, way.length + 1);
    if (wrong.isEmpty() && !leap.wrong().isEmpty()) wrong = leap.wrong() + "\n" + text(further);
    if (visited.add(place.digest())) frontier.add(further);
    return leap.wrote();
  }

  private static String text(Way end) {
    var lines = new ArrayList<String>();
    for (var way = end; way != null && way.before != null; way = way.before)
      lines.add("  " + text(way.before.place, way.move));
    return String.join("\n", lines.reversed());
  }

  private static String text(Place place, Place.@Nullable Move move) {
    if (move == null) return "";
    var frame = move.kind() == Place.Kind.DELIVER || move.kind() == Place.Kind.DROP;
    var what = frame ? place.flights().get(move.which()) : NODES.get(move.which());
    return move.kind() + (move.odd() ? "+ " : " ") + what;
  }

  private static Place born(Limits limits, int voters) {
    var sites = new ArrayList<Site>();
    var history = History.NONE;
    for (var id : NODES) {
      var store = ElectionRuns.store(id, 0);
      var options =
          ElectionOptions.configured(
              Scope.GLOBAL, id, store, NODES.subList(0, voters), Profile.REGION);
      var disk = Durable.fresh(options.first());
      sites.add(site(options, disk, limits.crashes()));
      history = known(history, id, store, disk);
    }
    return new Place(START, sites, List.of(), limits.left(), history, Place.digests(sites));
  }

  private static History known(History history, NodeId id, Bytes store, Durable disk) {
    return history
        .with(Sights.stored(id, disk))
        .with(Sights.held(id, store, disk))
        .with(Sights.viewed(id, disk.view()));
  }

  private static Site site(ElectionOptions options, Durable disk, int crashes) {
    var state = Election.begin(options, disk, true, new Facts(START, 0));
    return new Site(state, true, crashes, disk, List.of(), 0, List.of(), List.of(), List.of());
  }

  /** Goes the way on which nothing goes wrong until the first node leads and all have heard. */
  private static Place led(Place born) {
    var place = born;
    for (var moves = 0; moves < 200; moves++) {
      var first = place.sites().getFirst();
      if (first.authority(place.now()).isPresent() && place.flights().isEmpty()) return place;
      place = new Leap(place, 100, false).make(usual(place, first));
    }
    throw new IllegalStateException("nobody leads after 200 moves: " + place);
  }

  private static Place.Move usual(Place place, Site first) {
    if (!place.flights().isEmpty()) return new Place.Move(Place.Kind.DELIVER, 0, false);
    var due = !first.state().due().isAfter(place.now());
    return new Place.Move(due ? Place.Kind.TICK : Place.Kind.WAIT, 0, false);
  }

  /** How much there was. */
  @Override
  public String toString() {
    return visited.size()
        + " states, "
        + transitions
        + " transitions, depth "
        + depth
        + ", "
        + deadEnds
        + " dead ends, "
        + (cut ? "cut at the limit" : "complete");
  }
}
