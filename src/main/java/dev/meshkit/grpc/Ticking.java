package dev.meshkit.grpc;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The ticks of one event loop: whatever is done there now and then is done in the same ones, so
 * that an idle loop is woken for all of it together, or for none of it: a tick that is due comes
 * after the next packets that are read or sent, and by itself only where there are none for {@link
 * #SLACK_NANOS}. Confined to that loop.
 */
final class Ticking {
  private static final System.Logger LOG = System.getLogger(Ticking.class.getName());

  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(Reactor.TICK_MS);

  private static final long SLACK_NANOS = TimeUnit.MILLISECONDS.toNanos(200); // two are never due
  private static final long STOPPED_NANOS = 2 * TICK_NANOS;

  private final EventLoop loop;
  private final List<Ticked> all = new ArrayList<>();
  private final Questions questions = new Questions();
  private final Runnable alone = this::ride;
  private Future<?> timer;
  private long dueNanos;
  private long turn;

  /** What is ticked. */
  @FunctionalInterface
  interface Ticked {
    /** Another 250 ms have passed: {@code turn} of them on this loop, the same for all on it. */
    void tick(long turn);
  }

  private Ticking(EventLoop loop) {
    this.loop = loop;
    this.dueNanos = loop.ticker().nanoTime() + TICK_NANOS;
    this.timer = loop.schedule(alone, TICK_NANOS + SLACK_NANOS, TimeUnit.NANOSECONDS);
  }

  /** Ticks on a loop until that ends. */
  static Ticking on(EventLoop loop) {
    return new Ticking(loop);
  }

  /**
   * The first handler of a socket: once that was read and answered, or sent, what is due is done.
   */
  ChannelHandler rider() {
    return new ChannelDuplexHandler() {
      @Override
      public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        ride();
      }

      @Override
      public void flush(ChannelHandlerContext ctx) {
        ctx.flush();
        if (loop.ticker().nanoTime() - dueNanos >= 0) Reactor.tell(loop, alone); // once it is done
      }
    };
  }

  private void ride() {
    var now = loop.ticker().nanoTime();
    if (now - dueNanos < 0) return;
    timer.cancel(false);
    if (now - dueNanos > STOPPED_NANOS) dueNanos = now; // nobody is blamed for that
    while (now - dueNanos >= 0) {
      dueNanos += TICK_NANOS;
      tick();
    }
    timer = loop.schedule(alone, dueNanos + SLACK_NANOS - now, TimeUnit.NANOSECONDS);
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
