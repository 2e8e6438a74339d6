package dev.meshkit.link;

import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Downward;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The receipts of one stream, read by a virtual thread of its own, so that sending and settling
 * never wait for each other. It ends with the stream; closing this closes the stream. Used by the
 * one thread that sends.
 */
final class Receipts implements AutoCloseable {
  private static final int MOST_WAITING = 256;

  private final Duplex stream;
  private final BlockingQueue<Optional<Downward.Receipt>> waiting = // empty: the end
      new ArrayBlockingQueue<>(MOST_WAITING);
  private final Thread reader;
  private boolean over;

  private Receipts(Duplex stream) {
    this.stream = stream;
    this.reader = Thread.ofVirtual().name("receipts-" + stream.peer()).unstarted(this::read);
  }

  static Receipts of(Duplex stream) {
    var receipts = new Receipts(stream);
    receipts.reader.start();
    return receipts;
  }

  /** Whether the end was seen: no further receipt will come. */
  boolean isOver() {
    return over;
  }

  /** What has come, waiting for the first of it; empty after {@code wait}, or at the end. */
  List<Downward.Receipt> next(Duration wait) throws InterruptedException {
    var taken = new ArrayList<Downward.Receipt>();
    var item = over ? null : waiting.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
    while (item != null) {
      item.ifPresentOrElse(taken::add, () -> over = true);
      item = waiting.poll();
    }
    return taken;
  }

  private void read() {
    try {
      var next = receipt();
      while (next.isPresent()) {
        waiting.put(next);
        next = receipt();
      }
      waiting.put(next);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the sender is done with this stream
    }
  }

  /** The next receipt; empty when the stream is over, or says what cannot be understood. */
  private Optional<Downward.Receipt> receipt() throws InterruptedException {
    return stream
        .receive()
        .map(DeliverCodec::down)
        .flatMap(
            said ->
                said instanceof Decoded.Whole<Downward>(Downward.Receipt receipt)
                    ? Optional.of(receipt)
                    : Optional.empty());
  }

  @Override
  public void close() {
    stream.close();
    reader.interrupt();
  }
}
