package dev.meshkit.gossip;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/**
 * The news that still has to be passed on: one item a changed subject, so the queue never exceeds
 * the number of those.
 */
final class Rumours {
  private final int lambda;
  private final int perSecond;
  private final Map<Rumour, Item> waiting = new LinkedHashMap<>(); // only looked up
  private final NavigableSet<Item> queue = new TreeSet<>(); // the same, most pressing first
  private final SortedMap<Rumour, NodeId> flood = new TreeMap<>();
  private long changes;
  private int limit;
  private double tokens;
  private Instant refilled = Instant.MIN;
  private boolean hushed;
  private long cut;
  private long slowed;

  /** {@code perSecond}: so many changes a second are urgent, the others are like any. */
  Rumours(Timing timing, int perSecond) {
    lambda = timing.lambda();
    this.perSecond = perSecond;
    tokens = perSecond;
    sized(1);
  }

  /** {@code n} nodes are up: each rumour goes out λ·ceil(log10(n+1)) times. */
  void sized(int n) {
    limit = lambda * (int) Math.ceil(StrictMath.log10(n + 1));
  }

  /** A subject changed; {@code teller} need not hear of it at once. */
  void changed(Turn turn, Rumour about, boolean urgent, NodeId teller) {
    if (hushed) return;
    var item = new Item(about, urgent, changes++);
    var old = waiting.put(about, item);
    if (old != null) queue.remove(old);
    queue.add(item);
    if (!urgent || !spend(turn.now)) return;
    flood.put(about, teller);
  }

  /** While hushed nothing becomes a rumour: a newcomer learns what everyone knows already. */
  void hush(boolean on) {
    hushed = on;
  }

  /** Nothing more is to be said of it. */
  void forget(Rumour about) {
    var item = waiting.remove(about);
    if (item != null) queue.remove(item);
    flood.remove(about);
  }

  /** Whether a round would have something to say. */
  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /** How many subjects wait. */
  int size() {
    return waiting.size();
  }

  /** How often one found no more room in a frame. */
  long cut() {
    return cut;
  }

  /** How many were urgent, but too many. */
  long slowed() {
    return slowed;
  }

  /** What goes into one frame of {@code budget} bytes, most pressing first; counted as sent. */
  List<Rumour> pick(int budget, ToIntFunction<Rumour> size) {
    if (waiting.isEmpty()) return List.of();
    var picked = new ArrayList<Item>();
    var left = budget;
    for (var item : queue) {
      var bytes = size.applyAsInt(item.rumour);
      if (bytes > left) {
        cut++;
        continue;
      }
      left -= bytes;
      picked.add(item);
      if (left < 32) break;
    }
    for (var item : picked) sent(item);
    return picked.stream().map(item -> item.rumour).toList();
  }

  private void sent(Item item) {
    queue.remove(item); // before its place in it changes
    if (++item.sends < limit) queue.add(item);
    else waiting.remove(item.rumour);
  }

  /** What all neighbours hear at once, each with who told it; afterwards it waits like the rest. */
  SortedMap<Rumour, NodeId> takeFlood() {
    if (flood.isEmpty()) return flood;
    var all = new TreeMap<>(flood);
    flood.clear();
    return all;
  }

  private boolean spend(Instant now) {
    if (refilled.equals(Instant.MIN)) refilled = now;
    var gained = Duration.between(refilled, now).toNanos() * 1e-9 * perSecond;
    tokens = Math.min(perSecond, tokens + gained);
    refilled = now;
    if (tokens < 1) {
      slowed++;
      return false;
    }
    tokens--;
    return true;
  }

  private static final class Item implements Comparable<Item> {
    private final Rumour rumour;
    private final boolean urgent;
    private final long changed;
    private int sends; // changes only while it is not in the queue

    Item(Rumour rumour, boolean urgent, long changed) {
      this.rumour = rumour;
      this.urgent = urgent;
      this.changed = changed;
    }

    /** The seldom sent first, of those the urgent, of those the newest change. */
    @Override
    public int compareTo(Item other) {
      if (sends != other.sends) return Integer.compare(sends, other.sends);
      return urgent == other.urgent ? Long.compare(other.changed, changed) : urgent ? -1 : 1;
    }
  }
}
