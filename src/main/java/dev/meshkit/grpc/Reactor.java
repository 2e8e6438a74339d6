package dev.meshkit.grpc;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.SegmentedDatagramPacketAllocator;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The event loops of this process and one UDP socket for dialling on each; every channel and server
 * shares them, so a channel costs no thread and no socket.
 *
 * <p>There are max(2, cores / 4), or as many as the system property {@value #LOOPS} says, 1 to 64.
 * Listeners take the first loops, and channels those where the fewest sit: a channel takes one seat
 * for its life, an accepted connection one. So a process that is called a lot does not call others
 * on the same core.
 *
 * <p>Counted: the first user starts the loops, the last one to leave stops them. The count is the
 * only static state of this package; handing a reactor to each builder would put it, and Netty,
 * into the public API. Loop threads are daemons.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for daemon loops to end
final class Reactor {
  private static final String LOOPS = "dev.meshkit.grpc.loops";
  private static final Object LOCK = new Object();
  private static @Nullable Reactor current; // guarded by LOCK
  private static int users; // guarded by LOCK

  static final long TICK_MS = 250;

  private final SegmentedDatagramPacketAllocator segments = UdpSockets.segments();
  private final GrantedBuffers buffers = new GrantedBuffers();
  private final EventLoopGroup loops;
  private final List<EventLoop> order = new ArrayList<>();
  private final AtomicInteger listeners = new AtomicInteger();
  private final Seats<EventLoop> seats;
  private final Map<EventLoop, Channel> dialSockets = new ConcurrentHashMap<>();
  private final Map<EventLoop, Ticking> ticking = new ConcurrentHashMap<>();
  private final Map<EventLoop, Commands> commands = new ConcurrentHashMap<>();
  private final Tallies tallies = new Tallies();

  private Reactor() {
    var count = loopCount();
    loops = new QuicLoops(count, UdpSockets.io());
    for (EventExecutor loop : loops) {
      order.add((EventLoop) loop);
      commands.put((EventLoop) loop, new Commands((EventLoop) loop, tallies));
      ticking.put((EventLoop) loop, Ticking.on((EventLoop) loop));
    }
    seats = new Seats<>(order);
  }

  private static int loopCount() {
    var usual = Math.max(2, Runtime.getRuntime().availableProcessors() / 4);
    return Math.clamp(Integer.getInteger(LOOPS, usual), 1, 64);
  }

  /** The shared reactor, started if need be. Each call is answered by one {@link #leave}. */
  static Reactor join() {
    if (!Quic.isAvailable()) {
      throw new IllegalStateException(
          "QUIC is not available here: no native library for this platform, or, on the module path,"
              + " start with --add-modules ALL-MODULE-PATH",
          Quic.unavailabilityCause());
    }
    synchronized (LOCK) {
      if (current == null) current = new Reactor();
      users++;
      return current;
    }
  }

  /** What was counted since the reactor that there is was started. */
  static Http3Counts counts() {
    synchronized (LOCK) {
      return current == null ? Http3Counts.NONE : current.tallies.now();
    }
  }

  /** Gives the reactor back. */
  void leave() {
    synchronized (LOCK) {
      if (--users > 0) return;
      current = null;
    }
    commands.forEach((loop, queue) -> loop.execute(queue.wakes()::close));
    loops.shutdownGracefully(50, 2_000, TimeUnit.MILLISECONDS);
  }

  /** The loop of the next listener: the first, then the others in turn. */
  EventLoop listenLoop() {
    return order.get(Math.floorMod(listeners.getAndIncrement(), order.size()));
  }

  /** Who sits on which loop: a channel chooses, a connection that was accepted cannot. */
  Seats<EventLoop> seats() {
    return seats;
  }

  /** The command queue of a loop. */
  Commands commands(EventLoop loop) {
    return Objects.requireNonNull(commands.get(loop));
  }

  /** Binds a UDP socket on a loop, read by {@code codec}. Call it on a thread that may block. */
  ChannelFuture bind(EventLoop loop, ChannelHandler codec, SocketAddress address) {
    var bound =
        UdpSockets.of(loop)
            .handler(pipeline(ticking(loop), commands(loop), codec))
            .bind(address)
            .awaitUninterruptibly();
    if (bound.isSuccess() && bound.channel() instanceof DatagramChannel socket)
      buffers.note(socket);
    return bound;
  }

  /** How packets of one size leave together, if they do. */
  SegmentedDatagramPacketAllocator segments() {
    return segments;
  }

  private static ChannelHandler pipeline(Ticking ticking, Commands commands, ChannelHandler codec) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel socket) {
        socket.pipeline().addLast(ticking.rider(), commands, codec);
      }
    };
  }

  /** The socket this loop dials from. Call it on a thread that may block. */
  Channel dialSocket(EventLoop loop) {
    return dialSockets.computeIfAbsent(
        loop,
        l ->
            bind(l, QuicSettings.clientCodec(l), new InetSocketAddress(0))
                .syncUninterruptibly()
                .channel());
  }

  /**
   * Runs something on a loop, on behalf of a thread that asked application code and may have waited
   * for it for long: a loop that has ended meanwhile has no connection left that wants to know.
   */
  static void tell(EventLoop loop, Runnable what) {
    try {
      loop.execute(what);
    } catch (RejectedExecutionException ended) {
      if (!loop.isShuttingDown()) throw ended;
    }
  }

  /** The ticks of a loop, every 250 ms; to be used on that loop. */
  Ticking ticking(EventLoop loop) {
    return Objects.requireNonNull(ticking.get(loop));
  }
}
