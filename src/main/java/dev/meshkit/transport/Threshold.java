package dev.meshkit.transport;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * Stands before all others in a connection that is dialled: they hear that it is connected, and so
 * begin the handshake, only once they may. Whoever may not is closed without a word. What it waits
 * for blocks a virtual thread, never the event loop.
 */
final class Threshold extends ChannelDuplexHandler {
  private final Permit permit;
  private long beganNanos;

  /** Says when. */
  @FunctionalInterface
  interface Permit {
    /** At once. */
    Permit ALWAYS = _ -> true;

    /** Whether it may, after so long was spent on being connected. May block. */
    boolean await(Duration connect) throws InterruptedException;
  }

  Threshold(Permit permit) {
    this.permit = permit;
  }

  @Override
  public void connect(
      ChannelHandlerContext context, SocketAddress to, SocketAddress from, ChannelPromise done) {
    beganNanos = nanos(context);
    var _ = context.connect(to, from, done);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    var took = Duration.ofNanos(nanos(context) - beganNanos);
    Thread.ofVirtual().name("meshkit-threshold").start(() -> await(context, took));
  }

  private void await(ChannelHandlerContext context, Duration took) {
    var may = false;
    try {
      may = permit.await(took);
    } catch (InterruptedException impossible) {
      throw new IllegalStateException(impossible); // nobody knows this thread
    } finally {
      var passes = may;
      context.executor().execute(() -> decided(context, passes));
    }
  }

  private static void decided(ChannelHandlerContext context, boolean passes) {
    if (!context.channel().isActive()) return; // those behind have heard of its end
    if (passes) {
      context.fireChannelActive();
    } else {
      var _ = context.close();
    }
  }

  private static long nanos(ChannelHandlerContext context) {
    return context.channel().eventLoop().ticker().nanoTime();
  }
}
