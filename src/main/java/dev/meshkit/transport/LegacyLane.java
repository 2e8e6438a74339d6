package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What came for one stream of a legacy connection, handed on in its order by a virtual thread of
 * its own: whoever takes a frame may be slow, and then this stream waits, not the connection.
 * Stream and Deliver are bounded by the credit they gave; of Elect the latest wait, at most 256
 * frames and 1 MiB. Thread-safe.
 */
final class LegacyLane {
  private static final System.Logger LOG = System.getLogger(LegacyLane.class.getName());
  private static final int MAX_FRAMES = 256;
  private static final int MAX_BYTES = 1 << 20;

  private final ByteStream stream;
  private final LegacyWire wire;
  private final Runnable dropped;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Bytes> frames = new ArrayDeque<>(); // guarded by lock
  private long bytes; // guarded by lock: of those
  private @Nullable Bytes hello; // guarded by lock
  private @Nullable Runnable last; // guarded by lock
  private boolean ready; // guarded by lock
  private boolean over; // guarded by lock

  /** {@code dropped} hears of each frame that nobody took. */
  LegacyLane(ByteStream stream, LegacyWire wire, Runnable dropped) {
    this.stream = stream;
    this.wire = wire;
    this.dropped = dropped;
  }

  /** Begins to hand on. */
  LegacyLane start() {
    Thread.ofVirtual().name("legacy " + stream.family() + " " + stream.peer()).start(this::run);
    return this;
  }

  /** The peer's Hello. None of these ever blocks. */
  void greeted(Bytes theirs) {
    change(() -> hello = theirs);
  }

  /** A frame; at the bound of Elect the oldest makes room, since only the latest counts. */
  void arrived(Bytes frame) {
    change(
        () -> {
          frames.add(frame);
          bytes += frame.size();
          while (stream.family() == Family.ELECT && isOverfull()) {
            next();
            dropped.run();
          }
        });
  }

  private boolean isOverfull() { // lock held
    return frames.size() > MAX_FRAMES || bytes > MAX_BYTES;
  }

  private Bytes next() { // lock held
    var frame = frames.remove();
    bytes -= frame.size();
    return frame;
  }

  /** The stream has room for more. */
  void wanted() {
    lock.lock();
    try {
      if (!frames.isEmpty()) changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** More may be sent than before. */
  void ready() {
    change(() -> ready = true);
  }

  /** The peer sends no more. */
  void halfClosed() {
    last(stream::halfClosed);
  }

  /** It has ended. */
  void over(Status why) {
    last(() -> stream.over(why));
  }

  private void last(Runnable end) {
    change(
        () -> {
          if (last == null) last = end;
        });
  }

  private void change(Runnable what) {
    lock.lock();
    try {
      what.run();
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      for (var next = take(); next.isPresent(); next = take()) next.get().run();
    } catch (InterruptedException never) {
      Thread.currentThread().interrupt(); // nobody interrupts this thread
    } catch (RuntimeException | Error bug) { // it costs this stream, not the connection
      LOG.log(System.Logger.Level.WARNING, "handing on what came from " + stream.peer(), bug);
      stream.abort(Status.INTERNAL.withDescription("the stream failed"));
    }
  }

  private Optional<Runnable> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        var next = poll();
        if (next.isPresent() || over) return next;
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private Optional<Runnable> poll() { // lock held
    var theirs = hello;
    if (theirs != null) {
      hello = null;
      return Optional.of(() -> stream.greeted(theirs));
    }
    if (ready) {
      ready = false;
      return Optional.of(stream::ready);
    }
    if (!frames.isEmpty() && wire.takes()) {
      var frame = next();
      return Optional.of(() -> stream.arrived(frame));
    }
    return over ? Optional.empty() : end();
  }

  private Optional<Runnable> end() { // lock held
    var end = last;
    if (end == null) return Optional.empty();
    over = true;
    frames.forEach(_ -> dropped.run()); // whoever reads does not keep up, and must hear of the end
    frames.clear();
    bytes = 0;
    return Optional.of(end);
  }
}
