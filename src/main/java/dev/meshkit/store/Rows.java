package dev.meshkit.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rows of a transaction that wait to be added, of each table a few. The writer thread's. */
final class Rows {
  private final Statements statements;
  private final Map<Insert, List<Object[]>> waiting = new LinkedHashMap<>();

  Rows(Statements statements) {
    this.statements = statements;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** One more waits; whether there are enough of them now for a statement: {@link #writeMany}. */
  boolean add(Insert into, Object... values) {
    var some = waiting.computeIfAbsent(into, _ -> new ArrayList<>(Insert.MANY));
    some.add(values);
    return some.size() >= Insert.MANY;
  }

  /** Adds those of one table, as many as one statement takes; how many. */
  int writeMany(Insert into) {
    var some = waiting.remove(into);
    if (some == null) return 0;
    var values = new ArrayList<Object>(some.size() * some.getFirst().length);
    for (var one : some) Collections.addAll(values, one);
    return statements.update(into.many(), values.toArray());
  }

  /** Adds all of them, one by one; how many. Whatever it throws, none waits any more. */
  int write() {
    var all = new LinkedHashMap<>(waiting);
    waiting.clear();
    var rows = 0;
    for (var table : all.entrySet())
      for (var one : table.getValue()) rows += statements.update(table.getKey().one(), one);
    return rows;
  }

  /** None of them is to be added. */
  void drop() {
    waiting.clear();
  }
}
