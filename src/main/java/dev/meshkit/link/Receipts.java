package dev.meshkit.link;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.pipeline.Inlet;
import dev.meshkit.pipeline.Source;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Downward;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The receipts of one stream: one thread reads them, another takes them, so that sending and
 * settling never wait for each other. Closing this closes the stream.
 */
final class Receipts implements AutoCloseable {
  private static final int MOST_WAITING = 256;

  private final Duplex stream;
  private final Inlet<Downward.Receipt> waiting = Inlet.bounded("receipts", MOST_WAITING);
  private final Source<Downward.Receipt> source = waiting.source();
  private boolean over; // the taker's alone

  Receipts(Duplex stream) {
    this.stream = stream;
  }

  /** Reads until the stream is over or nobody takes more; what cannot be understood is an error. */
  Result<Unit> read() throws InterruptedException {
    for (var said = stream.receive(); said.isPresent(); said = stream.receive()) {
      if (!(DeliverCodec.down(said.get())
          instanceof Decoded.Whole<Downward>(Downward.Receipt receipt))) {
        return Result.err(nonsense());
      }
      if (!waiting.put(receipt)) return Result.ok();
    }
    waiting.close();
    return Result.ok();
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

  @Override
  public void close() {
    waiting.close();
    stream.close();
  }

  private MeshError nonsense() {
    return MeshError.of(
        "error.frame.broken",
        "reading a receipt of " + stream.peer(),
        "it is none",
        "compare the versions of both nodes",
        MeshError.Retry.NEVER);
  }
}
