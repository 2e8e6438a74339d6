package dev.meshkit.gate;

import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreTx;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.WeakHashMap;

/**
 * Which values are whose, of runs that are being executed. An index would be filled in as many
 * places as there are such runs, a page each, at every commit; so the numbers of a run's values are
 * kept in memory while it is executed, and written as one list when that ends. Until then its row
 * says from which number on they are to be looked for. Nobody has to look for long: who has gone on
 * while {@link #LAG} others were recorded has a list written meanwhile.
 *
 * <p>The writer thread's. What a transaction changed here goes back with it.
 */
final class Trails {
  /** After so many values a run that is still executed has a list written. */
  static final int LAG = 1 << 16;

  /** A node's effects and its application's may be in one store. */
  private static final Map<Store, Trails> ALL = Collections.synchronizedMap(new WeakHashMap<>());

  private final LinkedHashMap<Long, Trail> open = new LinkedHashMap<>(); // who began first is first
  private final List<Listed> due = new ArrayList<>(); // in this transaction
  private final Op<Integer> writing = new Op<>("gate.lists", Op.Kind.COUNT, 0, this::write);
  private final long lag;
  private boolean opened;
  private long next = 1; // effect_value.id
  private long oldest = 1; // no trail begins before it
  private What last = new What("", "", 0, "");

  /** How a value is described, which is mostly how the one before it was. */
  private record What(String step, String type, int schema, String text) {
    boolean isOf(EffectRow row) {
      return schema == row.schema() && step.equals(row.step()) && type.equals(row.type());
    }

    static What of(EffectRow row) {
      var text = row.step() + ' ' + row.type() + '@' + row.schema();
      return new What(row.step(), row.type(), row.schema(), text);
    }
  }

  /** Those of a store, of which there are no others. */
  static Trails of(Store store) {
    return ALL.computeIfAbsent(store, _ -> new Trails(LAG));
  }

  /** With another lag than {@link #LAG}; for tests. */
  Trails(long lag) {
    this.lag = lag;
  }

  /** What a run has recorded that no list has. */
  static final class Trail {
    final long since;
    final List<Long> ids = new ArrayList<>(); // ascending
    final BitSet places; // of all its values and failures, listed or not

    Trail(long since, BitSet places) {
      this.since = since;
      this.places = places;
    }
  }

  /** A list that is yet to be written. */
  private record Listed(long rid, List<Long> ids) {}

  /** An earlier process may have ended before it wrote the lists of what it was executing. */
  void open(StoreTx tx) {
    if (opened) return;
    tx.afterCommit(() -> opened = true);
    open.clear();
    due.clear();
    next = tx.first(ValueTable.LAST, row -> row.getLong(1)).orElse(0L) + 1;
    oldest = next;
    var left = new TreeMap<Long, Long>();
    tx.query(ValueTable.LEFT, row -> left.put(row.getLong(1), row.getLong(2)) == null);
    if (left.isEmpty()) return;
    var found = new TreeMap<Long, List<Long>>();
    var from = left.values().stream().min(Long::compare).orElseThrow();
    tx.query(
        ValueTable.FROM,
        row -> {
          var rid = row.getLong(2);
          var isLeft = left.containsKey(rid) && row.getLong(1) >= left.get(rid);
          return isLeft && found.computeIfAbsent(rid, _ -> new ArrayList<>()).add(row.getLong(1));
        },
        from);
    found.forEach((rid, ids) -> ValueTable.list(tx, rid, ids));
    for (var rid : left.keySet()) tx.update(ValueTable.SINCE, 0, rid);
  }

  /** A new run begins; from which number on it may have values. */
  long begin(StoreTx tx, long rid) {
    return put(tx, rid, new Trail(next, new BitSet())).since;
  }

  private Trail put(StoreTx tx, long rid, Trail trail) {
    open.put(rid, trail);
    tx.onRollback(() -> open.remove(rid, trail));
    return trail;
  }

  /** Records a value, unless something stands in its place; whether it did. */
  boolean add(StoreTx tx, long rid, EffectRow row, long wallMs) {
    var known = open.get(rid);
    var places = known != null ? known.places : places(tx, rid);
    if (places.get(row.n())) return false;
    var isOpen = known != null || tx.update(ValueTable.SINCE, next, rid) > 0;
    var trail = known != null ? known : put(tx, rid, new Trail(next, places));
    var id = next++;
    trail.places.set(row.n());
    trail.ids.add(id);
    tx.onRollback(
        () -> {
          trail.ids.removeLast();
          trail.places.clear(row.n());
        });
    if (!last.isOf(row)) last = What.of(row);
    ValueTable.add(tx, id, rid, row, last.text(), wallMs);
    if (!isOpen) list(tx, rid); // whoever executed it is late: it has ended
    if (next - oldest > lag) listOld(tx);
    return true;
  }

  /** Whoever began long ago has a list, and is looked for from here on if it may go on. */
  private void listOld(StoreTx tx) {
    while (!open.isEmpty()) {
      var first = open.entrySet().iterator().next();
      oldest = first.getValue().since;
      if (next - oldest <= lag) return;
      var rid = first.getKey();
      var trail = list(tx, rid).orElseThrow();
      var since = trail.ids.isEmpty() ? 0 : next;
      if (since > 0) put(tx, rid, new Trail(since, trail.places));
      tx.update(ValueTable.SINCE, since, rid);
    }
    oldest = next;
  }

  /** Takes a place of a run for a failure; false if something stands there. */
  boolean take(StoreTx tx, long rid, int n) {
    var trail = open.get(rid);
    if (trail == null) return !places(tx, rid).get(n);
    if (trail.places.get(n)) return false;
    trail.places.set(n);
    tx.onRollback(() -> trail.places.clear(n));
    return true;
  }

  private BitSet places(StoreTx tx, long rid) {
    var places = new BitSet();
    write(tx);
    for (var n : tx.query(RunTable.PLACES, row -> row.getInt(1), rid)) places.set(n);
    for (var list : tx.query(ValueTable.LISTS, ValueTable::list, rid))
      for (var n :
          tx.query(ValueTable.PLACES, row -> row.getInt(1), ValueTable.json(list.ids()), rid))
        places.set(n);
    return places;
  }

  /**
   * A run is executed no more: it has a list at the end of this transaction, together with others,
   * and is to be looked for nowhere else.
   */
  Optional<Trail> list(StoreTx tx, long rid) {
    var trail = open.remove(rid);
    if (trail == null) return Optional.empty();
    tx.onRollback(() -> open.putFirst(rid, trail));
    if (trail.ids.isEmpty()) return Optional.of(trail);
    var listed = new Listed(rid, List.copyOf(trail.ids));
    due.add(listed);
    tx.onRollback(() -> due.remove(listed));
    tx.last(writing);
    return Optional.of(trail);
  }

  /** Writes the lists that wait; how many. Before any is read. */
  int write(StoreTx tx) {
    var all = List.copyOf(due);
    due.clear();
    tx.onRollback(() -> due.addAll(all));
    for (var one : all) ValueTable.list(tx, one.rid(), one.ids());
    return all.size();
  }

  /** The value in a place of a run that was just refused it, if a value stands there. */
  Optional<EffectRow> standing(StoreTx tx, long rid, int n) {
    write(tx);
    var lists = new ArrayList<List<Long>>();
    for (var list : tx.query(ValueTable.LISTS, ValueTable::list, rid)) lists.add(list.ids());
    var trail = open.get(rid);
    if (trail != null) lists.add(trail.ids);
    for (var ids : lists) {
      var there = tx.first(ValueTable.ONE, ValueTable::value, ValueTable.json(ids), rid, n);
      if (there.isPresent()) return there.map(ValueTable.Value::row);
    }
    return Optional.empty();
  }
}
