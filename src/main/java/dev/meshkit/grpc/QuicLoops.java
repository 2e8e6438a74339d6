package dev.meshkit.grpc;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Event loops on which a QUIC connection's timer runs when it is due, and not before.
 *
 * <p>Netty sets that timer anew only when it is due earlier than before: one for the loss of a
 * packet, which was acknowledged since, runs all the same, some 25 ms after every packet that an
 * idle connection sends, and wakes a loop that has nothing to do. Here it seems to be due never, so
 * Netty takes it back and sets it anew after each turn. Where turns come so close that this would
 * cost something, {@value #MOST_MOVES} times in 100 ms, it is left alone: the loop is awake.
 */
final class QuicLoops extends MultiThreadIoEventLoopGroup {
  /** What Netty's timer of a connection is; nothing depends on it but how often a loop wakes up. */
  static final String TIMER = "io.netty.handler.codec.quic.QuicheQuicChannel$TimeoutHandler";

  static final int MOST_MOVES = 128;

  private static final long SPAN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** So many loops, which are daemons. */
  QuicLoops(int count, IoHandlerFactory io) {
    super(count, new DefaultThreadFactory("meshkit-quic", true), io);
  }

  @Override
  protected IoEventLoop newChild(Executor executor, IoHandlerFactory io, Object... args) {
    return new Loop(this, executor, io);
  }

  /** Whether this task is the timer of a connection. */
  static boolean isTimer(Runnable task) {
    return TIMER.equals(task.getClass().getName());
  }

  /** One of them. Its counts are its own thread's. */
  static final class Loop extends SingleThreadIoEventLoop {
    private long spanNanos;
    private int moves;

    Loop(IoEventLoopGroup parent, Executor executor, IoHandlerFactory io) {
      super(parent, executor, io);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      var timer = super.schedule(task, delay, unit);
      return isTimer(task) ? movable(timer) : timer;
    }

    /** A timer that who looks at it sets anew. */
    ScheduledFuture<Void> movable(ScheduledFuture<?> timer) {
      return new Movable(this, timer);
    }

    /** Whether a timer may be set anew, rather than run in vain. On the loop. */
    private boolean mayMove() {
      var now = ticker().nanoTime();
      if (now - spanNanos > SPAN_NANOS) {
        spanNanos = now;
        moves = 0;
      }
      return moves++ < MOST_MOVES;
    }
  }

  private static final class Movable extends DefaultPromise<Void> implements ScheduledFuture<Void> {
    private final Loop loop;
    private final ScheduledFuture<?> timer;

    Movable(Loop loop, ScheduledFuture<?> timer) {
      super((EventExecutor) loop);
      this.loop = loop;
      this.timer = timer;
    }

    /** Seems to be never, so that it is moved to when it is. */
    @Override
    public long getDelay(TimeUnit unit) {
      return loop.mayMove() ? Long.MAX_VALUE : timer.getDelay(unit);
    }

    @Override
    public boolean cancel(boolean interrupt) {
      var _ = timer.cancel(interrupt);
      return super.cancel(interrupt);
    }

    @Override
    public int compareTo(Delayed other) {
      return timer.compareTo(other);
    }
  }
}
