package dev.meshkit.grpc;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * How application threads reach an event loop: they append commands, which are drained within a
 * <em>turn</em>, so that all of them leave with one flush.
 *
 * <pre>
 *   packets read → commands drained → QUIC makes packets → one flush → lanes woken
 * </pre>
 *
 * <p>QUIC makes its packets {@link Habit#SOON} later, or in the next turn that reads or writes,
 * where all that was read is usually answered that soon and nothing is written yet: a packet of
 * acknowledgements that leaves before the answer wakes the peer for nothing.
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
final class Commands extends ChannelDuplexHandler {
  private static final System.Logger LOG = System.getLogger(Commands.class.getName());
  private static final int CAPACITY = 8_192;

  private final EventLoop loop;
  private final Tallies tallies;
  private final CommandQueue queue = new CommandQueue(CAPACITY);
  private final AtomicBoolean awake = new AtomicBoolean(); // a turn runs, or one is scheduled
  private final Runnable madeTurn = this::makeTurn;
  private final Runnable waitedInVain = this::waitedInVain;
  private final Wakes wakes;

  // the loop's
  private final List<Member> joined = new ArrayList<>();
  private final List<ChannelHandlerContext> sockets = new ArrayList<>();
  private boolean reading;
  private boolean read; // in this turn
  private boolean heard; // a request stream, in the packet that is being read
  private boolean strayed; // a packet of this turn brought something else
  private boolean written; // in this turn
  private long packets; // sent and not told of yet
  private @Nullable ScheduledFuture<?> waiting; // for answers; the turn's packets are not made yet

  /** A connection in a turn. */
  interface Member {
    /** Reads what other streams have received in this turn. */
    void readOn();

    /** Whether what it brings is usually answered at once. */
    boolean isAnsweredSoon();

    /** This time it was not. */
    void waitedInVain();

    /** The turn is over. */
    void leave();
  }

  Commands(EventLoop loop, Tallies tallies) {
    this.loop = loop;
    this.tallies = tallies;
    this.wakes = new Wakes(tallies);
  }

  /** What is counted. */
  Tallies tallies() {
    return tallies;
  }

  /** The loop on which the commands run. */
  EventLoop loop() {
    return loop;
  }

  /** Who is to be woken when the turn is over. Loop only. */
  Wakes wakes() {
    return wakes;
  }

  /**
   * Has a command run on the loop; any thread, never blocks. One that comes after the loop has
   * ended concerns a call that has ended as well.
   */
  void run(Runnable command) {
    if (!queue.offer(command)) {
      Reactor.tell(loop, command);
    } else if (!awake.get() && awake.compareAndSet(false, true)) {
      Reactor.tell(loop, madeTurn);
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
  void join(Member member, ChannelHandlerContext socket) {
    joined.add(member);
    if (!sockets.contains(socket)) sockets.add(socket);
    if (!awake.get() && awake.compareAndSet(false, true)) loop.execute(madeTurn);
  }

  /** A packet has brought something on a request stream. Loop only. */
  void heard() {
    heard = true;
  }

  /** A connection is going to write: what was read has its answer. Loop only. */
  void wrote() {
    written = true;
    if (waiting != null && !awake.get() && awake.compareAndSet(false, true)) loop.execute(madeTurn);
  }

  /** The loop's clock, for differences only. */
  long nanos() {
    return loop.ticker().nanoTime();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!wakes.isGathering()) begin();
    reading = true;
    read = true;
    heard = false;
    ctx.fireChannelRead(message);
    reading = false;
    if (!heard) strayed = true;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!wakes.isGathering()) begin();
    if (!sockets.contains(ctx)) sockets.add(ctx);
    for (var i = 0; i < joined.size(); i++) joined.get(i).readOn(); // none joins, or at the end
    drain();
    end();
  }

  /** Counts packets; those between two turns, such as QUIC's own, with the next. */
  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof SegmentedDatagramPacket many) {
      packets += Math.ceilDiv(many.content().readableBytes(), many.segmentSize());
    } else {
      packets++;
    }
    var _ = ctx.write(message, promise); // the promise tells
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
    } catch (RuntimeException | Error failure) {
      LOG.log(System.Logger.Level.ERROR, "a command failed; the others go on", failure);
    }
  }

  private void waitedInVain() {
    for (var member : joined) member.waitedInVain();
    written = true;
    makeTurn();
  }

  private void end() {
    try {
      if (!mayWait()) {
        leave();
      } else if (waiting == null) {
        waiting = loop.schedule(waitedInVain, Habit.SOON.toNanos(), TimeUnit.NANOSECONDS);
      }
    } finally {
      read = false;
      written = false;
      strayed = false;
      awake.set(false);
      wakes.handOut();
      if (!queue.isEmpty() && awake.compareAndSet(false, true)) loop.execute(madeTurn);
    }
  }

  /** Whether all that was read is to be answered soon; who waits already waits no longer for it. */
  private boolean mayWait() {
    if (written || strayed) return false;
    if (waiting != null) return !read;
    if (joined.isEmpty()) return false;
    for (var member : joined) if (!member.isAnsweredSoon()) return false;
    return true;
  }

  /** QUIC makes the packets of the turn, and they leave. */
  private void leave() {
    if (waiting != null) waiting.cancel(false);
    waiting = null;
    for (var i = 0; i < sockets.size(); i++) sockets.get(i).fireChannelReadComplete();
    sockets.clear();
    for (var member : joined) member.leave();
    joined.clear();
    tallies.drained(packets);
    packets = 0;
  }
}
