package dev.meshkit.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of a transaction that wait to be added, all into one table. The writer thread's. */
final class Rows {
  private static final int MOST = 64; // parameters are kept until they are written

  private final Statements statements;
  private final List<Object[]> waiting = new ArrayList<>();
  private @Nullable Insert into;

  Rows(Statements statements) {
    this.statements = statements;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Whether one more may wait with those that do. */
  boolean takes(Insert other) {
    return waiting.isEmpty() || (waiting.size() < MOST && other.equals(into));
  }

  void add(Insert where, Object... values) {
    into = where;
    waiting.add(values);
  }

  /** Adds them, in their order; how many. Whatever it throws, none waits any more. */
  int write() {
    var all = List.copyOf(waiting);
    var where = into;
    waiting.clear();
    if (where == null) return 0;
    var at = 0;
    for (; all.size() - at >= Insert.MANY; at += Insert.MANY)
      statements.update(where.many(), together(all.subList(at, at + Insert.MANY)));
    for (; at < all.size(); at++) statements.update(where.one(), all.get(at));
    return all.size();
  }

  private static Object[] together(List<Object[]> some) {
    var values = new ArrayList<Object>(some.size() * some.getFirst().length);
    for (var one : some) Collections.addAll(values, one);
    return values.toArray();
  }

  /** None of them is to be added. */
  void drop() {
    waiting.clear();
  }
}
