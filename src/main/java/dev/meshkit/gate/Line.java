package dev.meshkit.gate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One strand of a run: its steps in their order. A step without an outcome keeps its place: the
 * next capture of its name is its next attempt, one of another name leaves it behind. Confined to
 * whoever holds the lock of {@link Places}.
 */
final class Line {
  private final Map<Integer, Slot> slots = new HashMap<>(); // by place
  private final Map<String, Integer> repeats = new HashMap<>();
  private int next = 1;
  private boolean busy;
  private String open = ""; // the step at `next` that has no outcome yet

  /** What is at a place. */
  void put(int n, Slot slot) {
    slots.put(n, slot);
  }

  boolean isBusy() {
    return busy;
  }

  /** Where a step stands: takes the place. */
  Spot take(String step) {
    if (!open.isEmpty() && !open.equals(step)) leave();
    busy = true;
    open = step;
    return new Spot(step, repeats.getOrDefault(step, 0) + 1, next);
  }

  /** The place of the step that was taken is free for its next attempt, or done with. */
  void release(boolean isSettled) {
    busy = false;
    if (isSettled) leave();
  }

  private void leave() {
    repeats.merge(open, 1, Integer::sum);
    next++;
    open = "";
  }

  /** What is at a place; a new one where nothing is. */
  Slot at(int n, Supplier<Slot> fresh) {
    return slots.computeIfAbsent(n, _ -> fresh.get());
  }

  /** All that is recorded of one step, wherever. */
  List<EffectRow> of(Spot spot) {
    var rows = new ArrayList<EffectRow>();
    for (var slot : slots.values()) if (slot.holds(spot)) rows.add(slot.recorded());
    return rows;
  }

  /**
   * A place.
   *
   * @param step as the store calls it
   * @param occ which repeat of it
   * @param n its number in the strand, 0 of a keyed one
   */
  record Spot(String step, int occ, int n) {
    EffectRow.Id id() {
      return new EffectRow.Id(step, occ);
    }
  }
}
