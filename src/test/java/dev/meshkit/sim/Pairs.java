package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One value for each observer and whom it sees, in rows by number: of two thousand nodes that all
 * see each other there are four million, and a map of each observer's would be the run's memory.
 */
final class Pairs<V> {
  private final SortedMap<NodeId, Integer> numbers = new TreeMap<>();
  private @Nullable Object[][] rows = new Object[16][];

  /** Keeps a value; returns the one it takes the place of, null if there was none. */
  @SuppressWarnings("unchecked") // only put writes
  @Nullable V put(NodeId observer, NodeId subject, V value) {
    var row = number(observer);
    var at = number(subject);
    var cells = row < rows.length ? rows[row] : null;
    if (row >= rows.length) rows = Arrays.copyOf(rows, 2 * row);
    if (cells == null) cells = new Object[numbers.size()];
    if (at >= cells.length) cells = Arrays.copyOf(cells, Math.max(numbers.size(), 2 * at));
    rows[row] = cells;
    var before = (V) cells[at];
    cells[at] = value;
    return before;
  }

  /** What is kept of the two, null if nothing is. */
  @SuppressWarnings("unchecked") // only put writes
  @Nullable V get(NodeId observer, NodeId subject) {
    var row = number(observer);
    var at = number(subject);
    var cells = row < rows.length ? rows[row] : null;
    return cells == null || at >= cells.length ? null : (V) cells[at];
  }

  /** Keeps nothing of what that one saw. */
  void forget(NodeId observer) {
    var row = number(observer);
    if (row < rows.length) rows[row] = null;
  }

  private int number(NodeId id) {
    var known = numbers.get(id);
    if (known != null) return known;
    numbers.put(id, numbers.size());
    return numbers.size() - 1;
  }
}
