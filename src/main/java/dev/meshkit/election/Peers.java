package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The most that each peer's store has shown, so that one that went back in time, or runs twice, is
 * found out before it votes again (E28). Best effort: whoever forgets this table only finds out
 * less.
 *
 * <p>What proves it: a later process must show at least the term and record that an earlier one
 * showed, as those were durable; and one count of starts belongs to one process. A frame of an
 * earlier process proves nothing, it may just be late.
 *
 * <p>A process says again and again in its quiet period what its store held when it began. That is
 * judged by what earlier ones had shown, also if other frames of it came first: of the first one
 * only, that it was lost would be enough for its store to be believed.
 *
 * @param stores by store id; at most {@link #LIMIT}
 * @param earlier what a store had shown when its latest process was first heard; in memory only
 */
public record Peers(SortedMap<Bytes, Shown> stores, SortedMap<Bytes, Shown> earlier) {
  /** Stores remembered; beyond that the one with the oldest term is forgotten. */
  public static final int LIMIT = 32;

  /** Nobody was met yet. */
  public static final Peers NONE = new Peers(new TreeMap<>());

  /** Copies the maps. */
  public Peers {
    stores = Collections.unmodifiableSortedMap(new TreeMap<>(stores));
    earlier = Collections.unmodifiableSortedMap(new TreeMap<>(earlier));
  }

  /** As a file has them. */
  public Peers(SortedMap<Bytes, Shown> stores) {
    this(stores, new TreeMap<>());
  }

  /**
   * What a store has shown.
   *
   * @param life its latest process
   * @param term the highest durable term
   * @param rec the highest durable record id
   * @param forked whether there was proof of a copy: no other process of this store is believed
   */
  public record Shown(Life life, long term, RecordId rec, boolean forked) {
    private boolean refuses(Header header) {
      if (header.life().equals(life)) return false;
      return header.life().boot() < life.boot() || proves(header);
    }

    private boolean proves(Header header) {
      if (header.life().equals(life) || header.life().boot() < life.boot()) return false;
      return forked || isBehind(header) || header.life().boot() == life.boot();
    }

    private boolean isBehind(Header header) {
      return header.term() < term || header.rec().compareTo(rec) < 0;
    }

    private Shown and(Header header) {
      var most = header.rec().compareTo(rec) > 0 ? header.rec() : rec;
      return new Shown(header.life(), Math.max(term, header.term()), most, forked);
    }
  }

  /**
   * Whether the sender's store is, or may be, a copy or a ghost: what it says must not count.
   *
   * @param hello whether it says what it held when its process began
   */
  boolean refuses(Header header, boolean hello) {
    var shown = stores.get(header.store());
    if (shown == null || !header.life().isSaid()) return false;
    return shown.refuses(header) || (hello && forgot(header));
  }

  /** Whether this very process began with less than an earlier one had shown. */
  private boolean forgot(Header header) {
    var shown = stores.get(header.store());
    var before = earlier.get(header.store());
    if (shown == null || before == null || !shown.life().equals(header.life())) return false;
    return before.isBehind(header);
  }

  /** After a frame that is not refused, of one who votes. */
  Peers met(Header header) {
    if (!header.life().isSaid()) return this;
    var known = stores.get(header.store());
    var shown =
        known == null
            ? new Shown(header.life(), header.term(), header.rec(), false)
            : known.and(header);
    var next = shown.equals(known) ? this : with(header.store(), shown);
    return known == null || known.life().equals(header.life()) ? next : next.after(known, header);
  }

  private Peers after(Shown before, Header header) {
    var all = new TreeMap<>(earlier);
    all.put(header.store(), before);
    return new Peers(stores, all);
  }

  /** After one that is. */
  Peers refused(Header header) {
    var shown = stores.get(header.store());
    if (forgot(header)) shown = earlier.get(header.store()); // it is the process that is refused
    else if (shown != null && !shown.proves(header)) return this;
    if (shown == null || shown.forked()) return this;
    return with(header.store(), new Shown(shown.life(), shown.term(), shown.rec(), true));
  }

  /** As a later generation begins: processes are known, terms and records of it are not. */
  public Peers reborn() {
    var after = new TreeMap<Bytes, Shown>();
    stores.forEach(
        (store, shown) ->
            after.put(store, new Shown(shown.life(), 0, new RecordId(0, 0), shown.forked())));
    return new Peers(after);
  }

  private Peers with(Bytes store, Shown shown) {
    var after = new TreeMap<>(stores);
    after.put(store, shown);
    var before = new TreeMap<>(earlier);
    if (after.size() > LIMIT) before.remove(forgetting(after));
    return new Peers(after, before);
  }

  private static Bytes forgetting(SortedMap<Bytes, Shown> stores) {
    var byTerm = Comparator.comparingLong((Map.Entry<Bytes, Shown> e) -> e.getValue().term());
    var oldest = Collections.min(stores.entrySet(), byTerm).getKey();
    stores.remove(oldest);
    return oldest;
  }
}
