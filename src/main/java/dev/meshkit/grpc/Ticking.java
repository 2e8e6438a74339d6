package dev.meshkit.grpc;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The ticks of one event loop: whatever is done there now and then is done in the same ones, so
 * that an idle loop is woken for all of it together. Confined to that loop.
 */
final class Ticking {
  private static final System.Logger LOG = System.getLogger(Ticking.class.getName());

  private final List<Ticked> all = new ArrayList<>();
  private final Questions questions = new Questions();
  private long turn;

  /** What is ticked. */
  @FunctionalInterface
  interface Ticked {
    /** Another 250 ms have passed: {@code turn} of them on this loop, the same for all on it. */
    void tick(long turn);
  }

  /** Ticks on a loop until that ends. */
  static Ticking on(EventLoop loop) {
    var ticking = new Ticking();
    var _ =
        loop.scheduleWithFixedDelay(
            ticking::tick, Reactor.TICK_MS, Reactor.TICK_MS, TimeUnit.MILLISECONDS);
    return ticking;
  }

  void add(Ticked one) {
    all.add(one);
  }

  void remove(Ticked one) {
    all.remove(one);
  }

  /** What is asked once all were ticked. */
  Questions questions() {
    return questions;
  }

  private void tick() {
    turn++;
    for (var one : List.copyOf(all)) safely(() -> one.tick(turn));
    safely(questions::begin);
  }

  /** A loop whose ticks end would never again notice age, silence or slowness, of anybody. */
  private static void safely(Runnable what) {
    try {
      what.run();
    } catch (RuntimeException | Error failure) { // memory that is short now comes back
      LOG.log(System.Logger.Level.ERROR, "a tick failed; the others go on", failure);
    }
  }
}
