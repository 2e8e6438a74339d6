package dev.meshkit.grpc;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How application threads reach an event loop: they append commands, which are drained within a
 * <em>turn</em>, so that all of them leave with one flush.
 *
 * <pre>
 *   packets read → commands drained → QUIC makes packets → one flush → lanes woken
 * </pre>
 *
 * <p>A turn is either that of a socket which was read, or is made for the commands. Only the append
 * that finds nobody on the way schedules one; while a turn runs nobody does. Commands of one
 * producer run in their order, unless the queue was full: what is over its bound goes the loop's
 * own way, since streams keep the order of what they send themselves.
 *
 * <p>One for each loop, and the first handler of each of its sockets: before the QUIC codec, which
 * ends its own read turn, and sends, when it is told that reading is complete.
 */
@Sharable
final class Commands extends ChannelInboundHandlerAdapter {
  private static final System.Logger LOG = System.getLogger(Commands.class.getName());
  private static final int CAPACITY = 8_192;

  private final EventLoop loop;
  private final CommandQueue queue = new CommandQueue(CAPACITY);
  private final AtomicBoolean awake = new AtomicBoolean(); // a turn runs, or one is scheduled
  private final Runnable madeTurn = this::makeTurn;
  private final Wakes wakes = new Wakes();

  // the loop's
  private final List<SendTurn> joined = new ArrayList<>();
  private final List<ChannelHandlerContext> sockets = new ArrayList<>();
  private boolean reading;

  Commands(EventLoop loop) {
    this.loop = loop;
  }

  /** The loop on which the commands run. */
  EventLoop loop() {
    return loop;
  }

  /** Who is to be woken when the turn is over. Loop only. */
  Wakes wakes() {
    return wakes;
  }

  /** Has a command run on the loop; any thread, never blocks. */
  void run(Runnable command) {
    if (!queue.offer(command)) {
      loop.execute(command);
    } else if (!awake.get() && awake.compareAndSet(false, true)) {
      loop.execute(madeTurn);
    }
  }

  /** Whether packets are being read right now, so that who is told of a stream is in the turn. */
  boolean isReading() {
    return reading;
  }

  /**
   * A connection writes in this turn, or in one that is made for it: its socket is to be flushed,
   * and the mark taken away.
   */
  void join(SendTurn turn, ChannelHandlerContext socket) {
    joined.add(turn);
    if (!sockets.contains(socket)) sockets.add(socket);
    if (!awake.get() && awake.compareAndSet(false, true)) loop.execute(madeTurn);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!wakes.isGathering()) begin();
    reading = true;
    ctx.fireChannelRead(message);
    reading = false;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!wakes.isGathering()) begin();
    if (!sockets.contains(ctx)) sockets.add(ctx);
    for (var i = 0; i < joined.size(); i++) joined.get(i).readOn(); // none joins, or at the end
    drain();
    end();
  }

  private void makeTurn() {
    begin();
    drain();
    end();
  }

  private void begin() {
    awake.set(true);
    wakes.gather();
  }

  private void drain() {
    for (var left = CAPACITY; left > 0; left--) {
      var command = queue.poll();
      if (command == null) return;
      perform(command);
    }
  }

  private static void perform(Runnable command) {
    try {
      command.run();
    } catch (RuntimeException failure) {
      LOG.log(System.Logger.Level.ERROR, "a command failed; the others go on", failure);
    }
  }

  private void end() {
    for (var socket : sockets) socket.fireChannelReadComplete();
    sockets.clear();
    for (var turn : joined) turn.leave();
    joined.clear();
    awake.set(false);
    wakes.handOut();
    if (!queue.isEmpty() && awake.compareAndSet(false, true)) loop.execute(madeTurn);
  }
}
