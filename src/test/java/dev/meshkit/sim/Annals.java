package dev.meshkit.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was seen of all nodes on the way to a state, each thing once and in whatever order; part of
 * the state, as a rule may be broken only by all of it together. Numbered, and judged once.
 */
final class Annals {
  private static final int NOTHING = 0;

  private final Interned<Sight> sights = new Interned<>();
  private final Interned<Past> pasts = new Interned<>();
  private final Interned<List<Sight>> lists = new Interned<>();
  private final ConcurrentHashMap<Long, Entry> entries = new ConcurrentHashMap<>();

  Annals() {
    if (pasts.number(new Past(new TreeSet<>(), List.of())) != NOTHING)
      throw new IllegalStateException("the first number is 0");
  }

  /** One order of what was seen stands for all: {@code told} does not count. */
  private static final class Past {
    private final SortedSet<Integer> seen;
    private final List<Sight> told;

    Past(SortedSet<Integer> seen, List<Sight> told) {
      this.seen = seen;
      this.told = told;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Past that && seen.equals(that.seen);
    }

    @Override
    public int hashCode() {
      return seen.hashCode();
    }
  }

  /**
   * After some news.
   *
   * @param number of what is known then
   * @param wrong what an oracle says of the news; empty if all are content
   */
  record Entry(int number, String wrong) {}

  /** The number of news, for {@link #with}. */
  int number(List<Sight> news) {
    return lists.number(news);
  }

  /** What is known after these news; 0 is nothing. */
  Entry with(int known, int news) {
    var key = (long) known << 32 | news;
    var entry = entries.get(key);
    if (entry != null) return entry;
    var made = make(known, lists.value(news));
    entries.put(key, made);
    return made;
  }

  /** How many different pasts there were. */
  int size() {
    return pasts.size();
  }

  private Entry make(int known, List<Sight> news) {
    var past = pasts.value(known);
    var seen = new TreeSet<>(past.seen);
    var fresh = new ArrayList<Sight>();
    for (var sight : news)
      if (isNews(past, fresh, sight) && seen.add(sights.number(sight))) fresh.add(sight);
    if (fresh.isEmpty()) return new Entry(known, "");
    var wrong = judge(past.told, fresh);
    fresh.addAll(0, past.told);
    return new Entry(pasts.number(new Past(seen, List.copyOf(fresh))), wrong);
  }

  /** A sole voter has authority before its first beat leaves, which is no second win. */
  private static boolean isNews(Past past, List<Sight> fresh, Sight sight) {
    if (!(sight instanceof Sight.Won(var node, var fence))) return true;
    var gained = new Sight.Gained(node, fence);
    return !past.told.contains(gained) && !fresh.contains(gained);
  }

  private static String judge(List<Sight> before, List<Sight> fresh) {
    var oracles = List.of(new OneWinnerATerm(), new OneLineOfRecords(), new ViewsAreCommitted());
    for (var old : before) for (var oracle : oracles) oracle.see(old);
    for (var sight : fresh)
      for (var oracle : oracles) {
        var wrong = oracle.see(sight);
        if (!wrong.isEmpty()) return oracle.name() + " " + wrong;
      }
    return "";
  }
}
