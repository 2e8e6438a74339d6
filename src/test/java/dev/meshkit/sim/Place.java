package dev.meshkit.sim;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A state of the whole scope in an exploration.
 *
 * @param now the one clock
 * @param sites the nodes
 * @param flights the frames under way, none twice
 * @param left what may still be done to it
 * @param history what was seen
 * @param digests of the sites, kept because most moves touch one
 */
record Place(
    Instant now,
    List<Site> sites,
    List<Flight> flights,
    Left left,
    History history,
    List<Long> digests) {
  /**
   * What is left of the limits.
   *
   * @param changes of the record
   * @param doubled frames that may come twice
   * @param late persists that may take longer than a step
   */
  record Left(int changes, int doubled, int late) {}

  /** Something that can happen next: what, to which node or frame, and how. */
  record Move(Kind kind, int which, boolean odd) {}

  /** Kinds of moves. */
  enum Kind {
    /** A frame comes; odd: and will come again. */
    DELIVER,
    /** A frame is lost: makes room, as one that stays under way is as good as lost. */
    DROP,
    /** What is due at a node is done. */
    TICK,
    /** A persist ends; odd: in failure. */
    STORED,
    /** A process dies; odd: what it was writing stays. */
    CRASH,
    /** It comes back. */
    RESTART,
    /** Somebody wants a change of the record. */
    COMMAND,
    /** Time passes until something more is due. */
    WAIT
  }

  /** All that can happen here. */
  List<Move> moves(int frames) {
    var all = new ArrayList<Move>();
    for (var i = 0; i < flights.size(); i++) {
      if (sites.get(flights.get(i).to()).up()) add(all, Kind.DELIVER, i, left.doubled > 0);
      if (flights.size() >= frames) add(all, Kind.DROP, i, false);
    }
    for (var i = 0; i < sites.size(); i++) moves(all, i);
    if (later().isAfter(now) && !later().equals(Instant.MAX)) add(all, Kind.WAIT, 0, false);
    return all;
  }

  private void moves(List<Move> all, int i) {
    var site = sites.get(i);
    if (!site.up()) {
      add(all, Kind.RESTART, i, false);
      return;
    }
    if (!site.state().due().isAfter(now)) add(all, Kind.TICK, i, false);
    if (!site.writing().isEmpty()) add(all, Kind.STORED, i, true);
    if (site.crashes() > 0) add(all, Kind.CRASH, i, !site.writing().isEmpty());
    if (left.changes > 0 && site.authority(now).isPresent()) add(all, Kind.COMMAND, i, false);
  }

  private static void add(List<Move> all, Kind kind, int which, boolean both) {
    all.add(new Move(kind, which, false));
    if (both) all.add(new Move(kind, which, true));
  }

  /** When something is due that is not due yet. */
  Instant later() {
    return sites.stream()
        .filter(Site::up)
        .map(site -> site.state().due())
        .filter(due -> due.isAfter(now))
        .min(Instant::compareTo)
        .orElse(Instant.MAX);
  }

  /** The latest term anybody knows. */
  long term() {
    return sites.stream().mapToLong(site -> site.state().term()).max().orElse(0);
  }

  /** 64 bits of everything. */
  long digest() {
    var sum = Chance.splitmix64(Digest.of(now.toString() + left) + history.hash());
    for (var i = 0; i < digests.size(); i++) sum += Chance.splitmix64(digests.get(i) + i);
    for (var flight : flights) sum += flight.digest();
    return sum;
  }

  /** Digests of sites. */
  static List<Long> digests(List<Site> sites) {
    return IntStream.range(0, sites.size()).mapToObj(i -> sites.get(i).digest()).toList();
  }
}
