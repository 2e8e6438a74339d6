package dev.meshkit.link;

import dev.meshkit.pipeline.Inlet;
import dev.meshkit.pipeline.Source;
import dev.meshkit.wire.Downward;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The receipts of one lane of a stream: one thread puts them, another takes them, so that sending
 * and settling never wait for each other.
 */
final class Receipts implements AutoCloseable {
  private static final int MOST_WAITING = 256;

  private final Inlet<Downward.Receipt> waiting = Inlet.bounded("receipts", MOST_WAITING);
  private final Source<Downward.Receipt> source = waiting.source();
  private boolean over; // the taker's alone

  /** Adds one; blocks while there are too many. What comes when nobody takes more is dropped. */
  void put(Downward.Receipt receipt) throws InterruptedException {
    waiting.put(receipt);
  }

  /** Whether the end was seen: no further receipt will come. */
  boolean isOver() {
    return over;
  }

  /** What has come, waiting for the first of it; empty after {@code wait}, or at the end. */
  List<Downward.Receipt> next(Duration wait) throws InterruptedException {
    var taken = new ArrayList<Downward.Receipt>();
    var next = source.take(wait);
    while (next instanceof Source.Next.Got<Downward.Receipt>(var receipt)) {
      receipt.onOk(taken::add);
      next = source.take(Duration.ZERO);
    }
    over = next instanceof Source.Next.Ended;
    return taken;
  }

  /** No more will come; those that wait are still taken. */
  @Override
  public void close() {
    waiting.close();
  }
}
