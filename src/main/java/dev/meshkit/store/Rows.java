package dev.meshkit.store;

import java.util.ArrayList;
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
    return some == null ? 0 : write(into.many(), some);
  }

  private int write(String sql, List<Object[]> some) {
    var width = some.getFirst().length;
    var values = new Object[some.size() * width];
    for (var i = 0; i < some.size(); i++)
      System.arraycopy(some.get(i), 0, values, i * width, width);
    return statements.update(sql, values);
  }

  /** Adds all of them, a few at a time; how many. Whatever it throws, none waits any more. */
  int write() {
    var all = new LinkedHashMap<>(waiting);
    waiting.clear();
    var rows = 0;
    for (var table : all.entrySet()) rows += write(table.getKey(), table.getValue());
    return rows;
  }

  private int write(Insert into, List<Object[]> some) {
    var rows = 0;
    var fews = some.size() - some.size() % Insert.FEW;
    for (var i = 0; i < fews; i += Insert.FEW)
      rows += write(into.few(), some.subList(i, i + Insert.FEW));
    for (var one : some.subList(fews, some.size())) rows += statements.update(into.one(), one);
    return rows;
  }

  /** None of them is to be added. */
  void drop() {
    waiting.clear();
  }
}
