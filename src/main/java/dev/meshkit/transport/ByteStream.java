package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A duplex call as two blocking halves. Messages are asked of the peer only for free room (256
 * frames, 1 MiB), so a reader that stops makes the far side's sender wait, and costs nobody else.
 *
 * <p>Thread-safe; one thread at a time sends, one receives.
 */
public final class ByteStream {
  /** Longer than any call lasts. */
  public static final Duration FOREVER = Duration.ofDays(3650);

  private static final int MAX_FRAMES = 256;
  private static final int MAX_BYTES = 1 << 20;
  static final int AHEAD = 16;

  private final NodeId peer;
  private final Family family;
  private final RpcLog log;
  private final Wire wire; // guarded by lock
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Bytes> waiting = new ArrayDeque<>(); // guarded by lock
  private long waitingBytes; // guarded by lock
  private int asked; // guarded by lock
  private boolean finished; // guarded by lock
  private @Nullable Bytes hello; // guarded by lock
  private @Nullable Status ended; // guarded by lock
  private @Nullable Consumer<Bytes> sink; // guarded by lock
  private @Nullable Throwable sinkBug; // guarded by lock
  private Instant lastArrival = Instant.MIN; // guarded by lock
  private final Runnable whenEnded;

  /** A call; {@code whenEnded} runs once, under its lock. */
  ByteStream(NodeId peer, Family family, Wire wire, RpcLog log, Runnable whenEnded) {
    this.peer = peer;
    this.family = family;
    this.wire = wire;
    this.log = log;
    this.whenEnded = whenEnded;
  }

  /** What {@link #receive} has to say. */
  public sealed interface Heard {
    /**
     * A frame.
     *
     * @param bytes within its family's size
     */
    record Frame(Bytes bytes) implements Heard {}

    /** Nothing came for as long as the caller was patient. */
    record Silence() implements Heard {}

    /** Nothing will come any more. */
    record End() implements Heard {}
  }

  /** Whose certificate the far side holds. */
  public NodeId peer() {
    return peer;
  }

  /** Which call this is. */
  public Family family() {
    return family;
  }

  /** What carries it. */
  public RoadKind road() {
    return log.road();
  }

  /** Sends a frame; blocks while the peer does not keep up. False once the call is over. */
  public boolean send(Bytes frame) throws InterruptedException {
    return awaitReady(() -> false) && offer(frame);
  }

  /**
   * Blocks until the peer keeps up, so that a frame can be offered without piling up; whoever waits
   * here has none in his hand, which another stream could take. False once the call is over.
   *
   * @param unless there is no reason to wait any more; asked again at {@link #ready}
   */
  public boolean awaitReady(BooleanSupplier unless) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (ended == null && !finished && !wire.isReady() && !unless.getAsBoolean()) {
        changed.await();
      }
      return ended == null && !finished;
    } finally {
      lock.unlock();
    }
  }

  /** Sends a frame, however far the peer is behind; never blocks. False once the call is over. */
  public boolean offer(Bytes frame) {
    lock.lock();
    try {
      if (ended != null || finished) return false;
      wire.send(frame);
      log.sent(frame.size());
      return true;
    } catch (IllegalStateException over) {
      return false; // gRPC's word for a call that ended between the check and the send
    } finally {
      lock.unlock();
    }
  }

  /** Whether the call lives and the peer keeps up, so that {@link #send} would not block. */
  public boolean isReady() {
    lock.lock();
    try {
      return ended == null && !finished && wire.isReady();
    } finally {
      lock.unlock();
    }
  }

  /** The next frame; blocks at most {@code patience}. */
  public Heard receive(Duration patience) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var nanos = patience.toNanos();
      while (waiting.isEmpty() && ended == null && nanos > 0) nanos = changed.awaitNanos(nanos);
      return next();
    } finally {
      lock.unlock();
    }
  }

  /** The next frame; blocks until there is one, or the call is over. */
  public Heard receive() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && ended == null) changed.await();
      return next();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has each frame taken by {@code taker} on the thread that brings it, which spares waking the
   * receiver for each; blocks until the call is over, or until nothing came for so long as {@code
   * patience}. What comes later waits for {@link #receive}.
   *
   * @param taker must not block; called under this stream's lock, by one thread at a time. What it
   *     throws is thrown here, and it is not called again.
   * @return whether the call is over; false after a silence
   */
  public boolean receiveAll(Duration patience, Consumer<Bytes> taker) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      lastArrival = log.now();
      sink = taker;
      handOut();
      refill();
      while (sinkBug == null && ended == null) {
        var left = Duration.between(log.now(), lastArrival.plus(patience));
        if (!left.isPositive()) return false;
        var _ = changed.awaitNanos(left.toNanos());
      }
      throwBug();
      return true;
    } finally {
      sink = null;
      lock.unlock();
    }
  }

  private Heard next() {
    var next = waiting.poll();
    if (next == null) return ended == null ? new Heard.Silence() : new Heard.End();
    waitingBytes -= next.size();
    refill();
    return new Heard.Frame(next);
  }

  /** Sends no more; what was sent arrives. Idempotent, never blocks. */
  public void finish() {
    lock.lock();
    try {
      if (finished || ended != null) return;
      finished = true;
      wire.finish();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends no more, where that leaves the other direction open: a call that we opened is
   * half-closed, one that the peer opened would be over, so it waits for {@link #finish}. Never
   * blocks.
   */
  public void finishOurs() {
    lock.lock();
    try {
      if (!wire.endsWithUs()) finish();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the call at once and wakes whoever blocks in it. Idempotent, never blocks. */
  public void abort(Status why) {
    lock.lock();
    try {
      if (ended != null) return;
      if (!(finished && wire.endsWithUs())) wire.abort(why); // else it is closed already
      end(why);
    } finally {
      lock.unlock();
    }
  }

  /** Ends the call at once, without blame; what waits at the far side may still be read there. */
  public void close() {
    lock.lock();
    try {
      if (wire.endsWithUs()) {
        finish();
        end(Status.OK);
      } else {
        abort(Status.CANCELLED.withDescription("closed"));
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many frames have come that nobody has taken yet. */
  public int unread() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /** How it ended; empty while it lives. */
  public Optional<Status> ended() {
    lock.lock();
    try {
      return Optional.ofNullable(ended);
    } finally {
      lock.unlock();
    }
  }

  /** The peer's Hello, from its response headers; empty if it did not come in time. Client only. */
  Optional<Bytes> hello(Duration patience) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var nanos = patience.toNanos();
      while (hello == null && ended == null && nanos > 0) nanos = changed.awaitNanos(nanos);
      return Optional.ofNullable(hello);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Begins: a call that was accepted is answered with our Hello, and messages are asked for. To be
   * called once, by whoever holds the stream, when what comes in has a place to go.
   */
  public void begin() {
    lock.lock();
    try {
      wire.begin();
      refill();
    } finally {
      lock.unlock();
    }
  }

  void greeted(Bytes theirs) {
    lock.lock();
    try {
      hello = theirs;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void arrived(Bytes frame) {
    lock.lock();
    try {
      if (ended != null) return;
      asked--;
      log.received(frame.size());
      if (frame.size() > family.maxFrameBytes()) {
        abort(Oversize.of(frame.size(), family));
        return;
      }
      waiting.add(frame);
      waitingBytes += frame.size();
      lastArrival = log.now();
      if (sink == null) changed.signalAll();
      handOut();
      refill();
    } finally {
      lock.unlock();
    }
  }

  /** Whoever waits in {@link #awaitReady} looks again. */
  public void ready() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The far side sends no more: our answer is to close in good order. */
  void halfClosed() {
    lock.lock();
    try {
      finish();
      end(Status.OK);
    } finally {
      lock.unlock();
    }
  }

  void over(Status why) {
    lock.lock();
    try {
      end(why);
    } finally {
      lock.unlock();
    }
  }

  private void end(Status why) { // lock held
    if (ended != null) return;
    ended = why;
    log.end(why.getCode());
    whenEnded.run();
    changed.signalAll();
  }

  private void handOut() { // lock held
    for (var taker = sink; taker != null; taker = sink) {
      var next = waiting.poll();
      if (next == null) return;
      waitingBytes -= next.size();
      try {
        taker.accept(next);
      } catch (RuntimeException | Error bug) { // the receiver's, not the bringer's
        sinkBug = bug;
        sink = null;
        changed.signalAll();
      }
    }
  }

  private void throwBug() { // lock held
    switch (sinkBug) {
      case RuntimeException bug -> throw bug;
      case Error bug -> throw bug;
      case null, default -> {} // no taker throws anything else
    }
  }

  private void refill() { // lock held
    if (asked > AHEAD / 2) return; // some at a time: to ask costs as much as a frame
    var more = 0;
    while (ended == null
        && asked < AHEAD
        && waiting.size() + asked < MAX_FRAMES
        && waitingBytes < MAX_BYTES) {
      asked++;
      more++;
    }
    if (more > 0) wire.request(more);
  }
}
