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
 * @param stores by store id; at most {@link #LIMIT}
 */
public record Peers(SortedMap<Bytes, Shown> stores) {
  /** Stores remembered; beyond that the one with the oldest term is forgotten. */
  public static final int LIMIT = 32;

  /** Nobody was met yet. */
  public static final Peers NONE = new Peers(new TreeMap<>());

  /** Copies the map. */
  public Peers {
    stores = Collections.unmodifiableSortedMap(new TreeMap<>(stores));
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
      var behind = header.term() < term || header.rec().compareTo(rec) < 0;
      return forked || behind || header.life().boot() == life.boot();
    }

    private Shown and(Header header) {
      var most = header.rec().compareTo(rec) > 0 ? header.rec() : rec;
      return new Shown(header.life(), Math.max(term, header.term()), most, forked);
    }
  }

  /** Whether the sender's store is, or may be, a copy or a ghost: what it says must not count. */
  boolean refuses(Header header) {
    var shown = stores.get(header.store());
    return shown != null && header.life().isSaid() && shown.refuses(header);
  }

  /** After a frame that is not refused, of one who votes. */
  Peers met(Header header) {
    if (!header.life().isSaid()) return this;
    var known = stores.get(header.store());
    var shown =
        known == null
            ? new Shown(header.life(), header.term(), header.rec(), false)
            : known.and(header);
    return shown.equals(known) ? this : with(header.store(), shown);
  }

  /** After one that is. */
  Peers refused(Header header) {
    var shown = stores.get(header.store());
    if (shown == null || shown.forked() || !shown.proves(header)) return this;
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
    if (after.size() > LIMIT) after.remove(oldest(after));
    return new Peers(after);
  }

  private static Bytes oldest(SortedMap<Bytes, Shown> stores) {
    var byTerm = Comparator.comparingLong((Map.Entry<Bytes, Shown> e) -> e.getValue().term());
    return Collections.min(stores.entrySet(), byTerm).getKey();
  }
}
