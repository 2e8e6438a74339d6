package dev.meshkit.queue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to be leased from. Owned by the writer thread.
 *
 * <p>Between the classes: stride scheduling (Waldspurger, 1995), CONTROL 8 : STATE 4 : BULK 1,
 * counted in tasks; a class that had nothing to give for a while has saved up nothing. Within a
 * class: deficit round robin (Shreedhar and Varghese, 1996), a lane's weight being its quantum. So
 * a head waits at most the quanta of its class's other ready lanes, however long any of them is.
 *
 * @param <L> the lanes
 */
final class Turns<L extends Turns.Seat> {
  /** A lane that takes turns. */
  interface Seat {
    /** Its name and class. */
    Lane lane();

    /** What it gives in a turn. */
    Quantum quantum();
  }

  /** Gives out of a lane at most so many; how many it gave. */
  interface Serving<L> {
    int serve(L lane, int most);
  }

  /** The lanes of a class that may have something to give, the next one first. */
  private static final class Ring<L> {
    private final int stride;
    private final LinkedHashSet<L> lanes = new LinkedHashSet<>();
    private long pass;

    Ring(int stride) {
      this.stride = stride;
    }
  }

  private final Map<TrafficClass, Ring<L>> rings = new EnumMap<>(TrafficClass.class);
  private final Predicate<L> leaseable;
  private long now; // the pass of the class that was served last

  /** Turns of lanes; a lane that is not leaseable when its turn comes drops out until added. */
  Turns(Predicate<L> leaseable) {
    this.leaseable = leaseable;
    for (var cls : TrafficClass.values()) rings.put(cls, new Ring<>(cls.stride()));
  }

  private Ring<L> ring(L lane) {
    return Objects.requireNonNull(rings.get(lane.lane().cls()));
  }

  /** It may have something to give: it comes last in its class, or stays where it is. */
  void add(L lane) {
    var ring = ring(lane);
    if (ring.lanes.isEmpty()) ring.pass = Math.max(ring.pass, present());
    ring.lanes.add(lane);
  }

  /** There is no such lane any more. */
  void remove(L lane) {
    ring(lane).lanes.remove(lane);
    lane.quantum().end();
  }

  /** How many there are. */
  int lanes() {
    return rings.values().stream().mapToInt(ring -> ring.lanes.size()).sum();
  }

  /** Has lanes serve in their turn until {@code want} are given, or nobody gives any more. */
  void serve(int want, Serving<L> serving) {
    var stuck = new ArrayList<L>(); // have something, and do not give it now
    var left = want;
    for (var ring = next(); left > 0 && ring != null; ring = next()) {
      var lane = ring.lanes.getFirst();
      if (!leaseable.test(lane)) {
        remove(lane);
        continue;
      }
      var most = Math.min(left, isAlone(ring) ? left : lane.quantum().left());
      var given = serving.serve(lane, most);
      left -= given;
      ring.pass += (long) given * ring.stride;
      now = ring.pass;
      if (given < most) {
        remove(lane);
        if (leaseable.test(lane)) stuck.add(lane);
      } else if (lane.quantum().spent(given)) {
        ring.lanes.remove(lane);
        ring.lanes.addLast(lane);
      }
    }
    stuck.forEach(this::add);
  }

  /** Where a class begins that joins the others. */
  private long present() {
    var first = next();
    return first == null ? now : first.pass;
  }

  /** The class with lanes that is furthest behind; absent if there are none. */
  private @Nullable Ring<L> next() {
    Ring<L> first = null;
    for (var ring : rings.values()) {
      if (ring.lanes.isEmpty()) continue;
      if (first == null || ring.pass < first.pass) first = ring;
    }
    return first;
  }

  /** With nobody to be fair to, all may come of one lane. */
  private boolean isAlone(Ring<L> ring) {
    if (ring.lanes.size() > 1) return false;
    for (var other : rings.values()) if (other != ring && !other.lanes.isEmpty()) return false;
    return true;
  }
}
