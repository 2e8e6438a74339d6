package dev.meshkit.pipeline;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What {@code mapConcurrent} has in flight beneath one ending. A gatherer is not told when what is
 * upstream of it throws, or leaves it; the ending that pulls it sees that, and ends the calls.
 * Confined to the thread that pulls.
 */
final class Flights {
  private static final ScopedValue<Flights> CURRENT = ScopedValue.newInstance();

  private final Thread puller = Thread.currentThread();
  private final Set<InFlight<?>> begun = Collections.newSetFromMap(new IdentityHashMap<>());

  private Flights() {}

  /**
   * Pulls; nothing that was begun by it goes on afterwards, also of a flow that is left in the
   * middle, since who joins two streams reads one of them by its spliterator.
   */
  static <R> R within(Supplier<R> pulling) {
    var flights = new Flights();
    try {
      return ScopedValue.where(CURRENT, flights).call(pulling::get);
    } finally {
      List.copyOf(flights.begun).forEach(InFlight::end);
    }
  }

  /**
   * The calling thread's, if it pulls: forks of what it calls inherit the value, not the thread.
   */
  static Flights current() {
    var bound = CURRENT.isBound() ? CURRENT.get() : new Flights();
    return bound.puller.equals(Thread.currentThread()) ? bound : new Flights();
  }

  void begun(InFlight<?> one) {
    begun.add(one);
  }

  void ended(InFlight<?> one) {
    begun.remove(one);
  }
}
