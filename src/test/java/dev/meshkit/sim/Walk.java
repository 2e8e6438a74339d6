package dev.meshkit.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Walks every interleaving of three real cores within limits, breadth first, level by level, each
 * level by two workers. What it counts depends on nothing but the limits.
 */
final class Walk {
  private static final int WORKERS = 2;
  private static final int PORTION = 64;

  private final Limits limits;
  private final Atlas atlas;
  private final Visited visited = new Visited();
  private final List<int[]> parents = new ArrayList<>(); // of each level: two ints a state
  private List<Place> level = List.of();
  private final Place start;
  private long transitions;
  private long deadEnds;
  private long latest;
  private boolean cut;
  private String wrong = "";

  private Walk(Limits limits, Atlas atlas, Place start) {
    this.limits = limits;
    this.atlas = atlas;
    this.start = start;
  }

  /**
   * What a walk may do.
   *
   * @param millis for which time passes
   * @param states after so many it stops, and is not complete
   * @param terms from its beginning
   * @param faults on one way
   * @param crashes of each node
   * @param changes of the record
   */
  record Limits(int millis, long states, int terms, int faults, int crashes, int changes) {
    Limits upTo(long most) {
      return new Limits(millis, most, terms, faults, crashes, changes);
    }
  }

  /** From a scope that was just born, or from one that is led. */
  static Walk of(Limits limits, int voters, boolean led) throws InterruptedException {
    var atlas = new Atlas(new Born(voters));
    var beginning = new Beginning(atlas, limits);
    var start = beginning.place(led);
    var walk = new Walk(limits, atlas, start);
    walk.wrong = beginning.wrong();
    walk.latest = walk.term(start) + limits.terms() - (led ? 1 : 0);
    try (var workers = Executors.newFixedThreadPool(WORKERS)) {
      walk.all(workers);
    }
    return walk;
  }

  private void all(ExecutorService workers) throws InterruptedException {
    visited.add(start.words());
    level = List.of(start);
    while (wrong.isEmpty() && !level.isEmpty()) {
      if (visited.size() >= limits.states()) {
        cut = true;
        return;
      }
      var next = new AtomicInteger();
      var portions = new ArrayList<Portion>();
      for (var i = 0; i < WORKERS; i++) portions.add(new Portion(next));
      try {
        for (var done : workers.invokeAll(portions)) done.get();
      } catch (ExecutionException broken) {
        throw new IllegalStateException(broken.getCause());
      }
      gather(portions);
    }
  }

  private void gather(List<Portion> portions) {
    var found = portions.stream().flatMap(p -> p.wrongs.stream()).findFirst();
    found.ifPresent(what -> wrong = what.text + "\n" + way(what.parent, what.move));
    var places = new ArrayList<Place>();
    var from = new int[2 * portions.stream().mapToInt(p -> p.places.size()).sum()];
    for (var portion : portions) {
      System.arraycopy(portion.from, 0, from, 2 * places.size(), 2 * portion.places.size());
      places.addAll(portion.places);
      transitions += portion.moves;
      deadEnds += portion.stuck;
    }
    level = places;
    parents.add(from);
  }

  /** What one worker makes of a level. */
  private final class Portion implements java.util.concurrent.Callable<Void> {
    private final AtomicInteger next;
    private final List<Place> places = new ArrayList<>();
    private final List<Wrong> wrongs = new ArrayList<>();
    private int[] from = new int[256];
    private long moves;
    private long stuck;

    Portion(AtomicInteger next) {
      this.next = next;
    }

    @Override
    public Void call() {
      for (var at = next.getAndAdd(PORTION); at < level.size(); at = next.getAndAdd(PORTION))
        for (var i = at; i < Math.min(at + PORTION, level.size()); i++) expand(i);
      return null;
    }

    private void expand(int parent) {
      var place = level.get(parent);
      if (term(place) > latest) return;
      var options = Options.of(atlas, place, limits.millis());
      if (options.isEmpty()) stuck++;
      for (var move : options) {
        var wrote = go(parent, place, move);
        if (wrote && place.faults() > Options.price(place, move)) go(parent, place, move.lately());
      }
    }

    private boolean go(int parent, Place place, Move move) {
      var after = new After(atlas, place);
      var there = after.make(move);
      moves++;
      if (!after.wrong().isEmpty()) wrongs.add(new Wrong(after.wrong(), parent, move));
      if (visited.add(there.words())) keep(there, parent, move);
      return after.wrote();
    }

    private void keep(Place place, int parent, Move move) {
      var at = 2 * places.size();
      if (at == from.length) from = java.util.Arrays.copyOf(from, 2 * at);
      from[at] = parent;
      from[at + 1] = move.packed();
      places.add(place);
    }
  }

  private record Wrong(String text, int parent, Move move) {}

  private long term(Place place) {
    var most = 0L;
    for (var i = 0; i < 3; i++) most = Math.max(most, atlas.cell(place.site(i)).term());
    return most;
  }

  /** The moves to a state of the level being expanded, and one more. */
  private String way(int parent, Move last) {
    var moves = new ArrayList<>(List.of(last));
    var at = parent;
    for (var i = parents.size() - 1; i >= 0; i--) {
      moves.add(Move.unpacked(parents.get(i)[2 * at + 1]));
      at = parents.get(i)[2 * at];
    }
    var lines = new ArrayList<String>();
    moves.reversed().forEach(move -> lines.add("  " + text(move)));
    return String.join("\n", lines);
  }

  private String text(Move move) {
    var frame = move.which() > 0 || move.kind() == Move.Kind.DELIVER;
    var what = frame ? atlas.flight(move.which()) : atlas.born().id(move.at());
    var how = (move.odd() ? "+" : "") + (move.late() ? " late" : "");
    return move.kind() + how + " " + what;
  }

  /** What an oracle objected to, and the way there; empty if none did. */
  String wrong() {
    return wrong;
  }

  /** Whether nothing within the limits was left out. */
  boolean complete() {
    return wrong.isEmpty() && !cut;
  }

  /** How many different states there were. */
  long states() {
    return visited.size();
  }

  /** How much there was. */
  @Override
  public String toString() {
    return String.format(
        java.util.Locale.ROOT,
        "%,d states, %,d transitions, depth %d, %,d dead ends, %s; %s",
        visited.size(),
        transitions,
        parents.size() - 1,
        deadEnds,
        complete() ? "complete" : "CUT",
        atlas);
  }
}
