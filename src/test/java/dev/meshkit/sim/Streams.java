package dev.meshkit.sim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The connections of a network of streams, one a pair. Each direction keeps the order of what it
 * carries. While either direction is cut, what comes to the cut waits for it to heal; after ten
 * seconds of that the connection is dead, and what was under way on it, both ways, is lost.
 *
 * <p>As in {@code link.Links}, of frames of one kind to one peer only the latest waits.
 */
final class Streams {
  /** How long a silent connection lives. */
  static final long IDLE = 10_000_000_000L;

  private final boolean used;
  private final SortedMap<Link, Long> last = new TreeMap<>();
  private final SortedMap<Link, Long> brokenSince = new TreeMap<>(); // by pair
  private final SortedMap<Link, Integer> connections = new TreeMap<>(); // by pair
  private final SortedMap<Link, Map<String, Happening.Arrival>> waiting = new TreeMap<>();
  private final List<Happening.Arrival> free = new ArrayList<>();

  Streams(boolean used) {
    this.used = used;
  }

  /** Whether frames travel in streams at all. */
  boolean used() {
    return used;
  }

  /** When something that would come at {@code earliest} comes: after what was sent before it. */
  long arrival(Link link, long earliest) {
    var at = Math.max(earliest, last.getOrDefault(link, 0L) + 1);
    last.put(link, at);
    return at;
  }

  /** The number of the connection that carries a direction now. */
  int connection(Link link) {
    return connections.getOrDefault(pair(link), 0);
  }

  /** A frame has come to a cut: it waits, unless a later one of its kind does. */
  void park(Happening.Arrival arrival) {
    var here = waiting.computeIfAbsent(arrival.link(), _ -> new LinkedHashMap<>());
    var key = arrival.core() + "/" + kind(((Streamed) arrival.frame()).frame());
    here.remove(key);
    here.put(key, arrival);
  }

  private static String kind(Object frame) {
    return frame instanceof dev.meshkit.election.Frame elect
        ? elect.key()
        : frame.getClass().getSimpleName();
  }

  /** Other directions are dead from now on: some connections heal, in time or too late. */
  void cut(SortedSet<Link> dead, long now) {
    var broken = new TreeSet<Link>();
    for (var link : dead) broken.add(pair(link));
    for (var pair : broken) brokenSince.putIfAbsent(pair, now);
    for (var pair : List.copyOf(brokenSince.keySet()))
      if (!broken.contains(pair)) heal(pair, now - brokenSince.remove(pair));
    for (var link : List.copyOf(waiting.keySet())) if (!dead.contains(link)) release(link);
  }

  private void heal(Link pair, long after) {
    if (after < IDLE) return;
    connections.merge(pair, 1, Integer::sum);
    waiting.remove(pair);
    waiting.remove(new Link(pair.to(), pair.from()));
  }

  private void release(Link link) {
    var here = waiting.remove(link);
    if (here != null) free.addAll(here.values());
  }

  /** What may go on since the last call, in order. */
  List<Happening.Arrival> freed() {
    var all = List.copyOf(free);
    free.clear();
    return all;
  }

  private static Link pair(Link link) {
    return link.from() < link.to() ? link : new Link(link.to(), link.from());
  }
}
