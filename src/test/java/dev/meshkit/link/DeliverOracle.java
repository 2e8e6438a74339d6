package dev.meshkit.link;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The judge of nodes that send to each other and are killed again and again. It hears what each
 * said before it died, sees in the end what each has written down, and knows what must not be, in
 * each lane from one node to another:
 *
 * <ul>
 *   <li>a message that was acknowledged to its sender and was never applied; of a STATE key: if no
 *       newer one was, either;
 *   <li>one that was applied twice, or out of order;
 *   <li>one that nobody sent;
 *   <li>one that the inbox knows and was not applied, or the other way round;
 *   <li>one among the dead, or not settled, or a lane that was paused.
 * </ul>
 *
 * <p>A send whose acknowledgement was never said may have come to something or not.
 */
final class DeliverOracle {
  /** The last word of each line about a message. */
  static final String END = ".";

  private static final int MOST_TOLD = 20;

  private final boolean once;
  private final List<String> broken = new ArrayList<>();
  private final Set<String> open = new HashSet<>();
  private final Map<Way, TreeSet<Long>> begun = new TreeMap<>();
  private final Map<Way, TreeSet<Long>> acknowledged = new TreeMap<>();
  private final Map<Way, List<Long>> applied = new TreeMap<>();

  /**
   * Judges nodes whose handlers write within their {@code Ack}; or if not {@code once}, before it,
   * in a transaction of their own: then what is handled twice is no fault, if what follows it is.
   */
  DeliverOracle(boolean once) {
    this.once = once;
  }

  /**
   * A lane.
   *
   * @param from who sends
   * @param to who gets
   * @param name class, and key of STATE
   */
  record Way(String from, String to, String name) implements Comparable<Way> {
    @Override
    public int compareTo(Way other) {
      return toString().compareTo(other.toString());
    }

    /** Whether a newer message makes an older one needless. */
    boolean keepsNewest() {
      return name.startsWith("STATE");
    }

    private boolean isOf(String sender, String receiver, String cls) {
      var ours = keepsNewest() ? "state" : name.toLowerCase(Locale.ROOT);
      return from.equals(sender) && to.equals(receiver) && ours.equals(cls);
    }

    @Override
    public String toString() {
      return from + " to " + to + " " + name;
    }
  }

  /** A message that was applied: by whom it was sent, in which lane, its number. */
  record Applied(String sender, String lane, long n) {}

  /** What an inbox knows: how many messages of a sender's class were applied. */
  record Marked(String sender, String cls, long count) {}

  /** What was broken, the first first. */
  List<String> broken() {
    return broken;
  }

  /** How many messages of how many lanes were acknowledged, and how many were applied. */
  String counts() {
    var acks = acknowledged.values().stream().mapToInt(Set::size).sum();
    var effects = applied.values().stream().mapToInt(List::size).sum();
    return "%d lanes, %d acknowledged, %d applied".formatted(begun.size(), acks, effects);
  }

  /** Whether a node has ever opened. */
  boolean isOpen(String node) {
    return open.contains(node);
  }

  /** The lanes in which something was acknowledged. */
  Set<Way> ways() {
    return acknowledged.keySet();
  }

  /** A line of a node; a last one that a kill has cut has no end, and says nothing. */
  void hear(String node, String line) {
    if (line.startsWith("! ")) broke(node + line.substring(1));
    if (line.equals("open")) open.add(node);
    var words = line.split(" ", -1);
    if (words.length != 5 || !words[4].equals(END)) return;
    var way = new Way(node, words[1], words[2]);
    var n = Long.parseLong(words[3]);
    switch (words[0]) {
      case "s" -> of(begun, way).add(n);
      case "S" -> of(acknowledged, way).add(n);
      default -> {}
    }
  }

  private static TreeSet<Long> of(Map<Way, TreeSet<Long>> all, Way way) {
    return all.computeIfAbsent(way, _ -> new TreeSet<>());
  }

  /** What a node has written down, in its order; to be called once for each. */
  void applied(String node, List<Applied> rows) {
    for (var row : rows) {
      var way = new Way(row.sender(), node, row.lane());
      applied.computeIfAbsent(way, _ -> new ArrayList<>()).add(row.n());
    }
  }

  /** What a node's inbox knows; to be called once for each, after {@link #applied}. */
  void marked(String node, List<Marked> marks) {
    for (var mark : marks) {
      var effects = 0;
      for (var one : applied.entrySet()) {
        if (one.getKey().isOf(mark.sender(), node, mark.cls())) effects += count(one.getValue());
      }
      // of STATE, one that was handled may have been replaced before it came again
      var isRight = once || !mark.cls().equals("state");
      if (isRight ? effects != mark.count() : effects < mark.count())
        broke(node + " applied " + effects + " of " + mark);
    }
  }

  private int count(List<Long> numbers) {
    return once ? numbers.size() : new HashSet<>(numbers).size();
  }

  /** What a node keeps that must not be there: the dead, those that wait, paused lanes. */
  void left(String node, List<String> what) {
    what.forEach(one -> broke(node + " keeps " + one));
  }

  /** Everything was said. */
  void judge() {
    applied.forEach(this::order);
    acknowledged.forEach(this::lost);
  }

  private void order(Way way, List<Long> numbers) {
    var sent = begun.getOrDefault(way, new TreeSet<>());
    var seen = new HashSet<Long>();
    var highest = Long.MIN_VALUE;
    for (var n : numbers) {
      if (!sent.contains(n)) broke("from nowhere: " + way + " " + n);
      else if (!seen.add(n)) twice(way, n);
      else if (n < highest) broke("out of order: " + way + " " + n + " after " + highest);
      highest = Math.max(highest, n);
    }
  }

  private void twice(Way way, long n) {
    if (once) broke("applied twice: " + way + " " + n);
  }

  private void lost(Way way, TreeSet<Long> acks) {
    var there = new TreeSet<>(applied.getOrDefault(way, List.of()));
    if (way.keepsNewest()) {
      var newest = acks.getLast();
      if (there.ceiling(newest) == null) broke("lost: " + way + " " + newest);
      return;
    }
    for (var n : acks) if (!there.contains(n)) broke("lost: " + way + " " + n);
  }

  private void broke(String what) {
    if (broken.size() < MOST_TOLD) broken.add(what);
  }
}
