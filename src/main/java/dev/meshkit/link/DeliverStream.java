package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.queue.Lane;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Downward;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One Deliver stream as the lanes of a peer share it: each sends a frame in its turn, and gets the
 * receipts that are its own. Thread-safe.
 */
final class DeliverStream {
  /** What ends the stream for all lanes once none of them needs it: not a failure. */
  private static final MeshError LEFT =
      MeshError.unavailable(
          "send over a stream", "it is idle, or its road retired", "another is opened for more");

  private final Duplex stream;
  private final Map<String, Receipts> receipts;
  private final ReentrantLock turn = new ReentrantLock(true); // in turn: no class waits for a run
  private final AtomicInteger runs = new AtomicInteger();
  private volatile boolean achieved;

  DeliverStream(Duplex stream, Collection<Lane> lanes) {
    this.stream = stream;
    this.receipts =
        lanes.stream()
            .map(lane -> lane.cls().text())
            .collect(Collectors.toUnmodifiableMap(Function.identity(), _ -> new Receipts()));
  }

  /** Sends a frame; false once the stream is over. */
  boolean send(Bytes frame) throws InterruptedException {
    turn.lockInterruptibly();
    try {
      return stream.send(frame);
    } finally {
      turn.unlock();
    }
  }

  /** The receipts of a lane of this stream. */
  Receipts receipts(Lane lane) {
    return Objects.requireNonNull(receipts.get(lane.cls().text()), "a lane of this stream");
  }

  /**
   * Reads until the stream is over, which ends it for lanes that wait for work; what cannot be
   * understood is an error.
   */
  Result<Unit> read() throws InterruptedException {
    try {
      for (var said = stream.receive(); said.isPresent(); said = stream.receive()) {
        if (!(DeliverCodec.down(said.get())
            instanceof Decoded.Whole<Downward>(Downward.Receipt receipt))) {
          return Result.err(nonsense());
        }
        var lane = receipts.get(receipt.lane());
        if (lane == null) return Result.err(nonsense());
        lane.put(receipt);
      }
      return ended();
    } finally {
      receipts.values().forEach(Receipts::close);
    }
  }

  /** Sends a run and settles it; false if the stream is of no more use. */
  boolean carries(Run run) throws InterruptedException {
    runs.incrementAndGet();
    try {
      return run.send();
    } finally {
      if (run.progressed()) achieved = true;
      runs.decrementAndGet();
    }
  }

  /** Whether a lane at the end of its run is to look for another stream. */
  boolean isOver(Lane lane) {
    return stream.isRetired() || receipts(lane).isOver();
  }

  /**
   * A lane needs it no more. If no other is in the middle of a run, it is over for all, at once:
   * they only wait for work, and would wait here while that comes to a lane that has left.
   */
  Result<Unit> leave() {
    achieved = true;
    return ended();
  }

  /** Whether no lane is in the middle of a run. */
  boolean isUnused() {
    return runs.get() == 0;
  }

  /** Nobody needs it any more: it is over for all, whoever has begun a run just now. */
  Result<Unit> left() {
    achieved = true;
    return Result.err(LEFT);
  }

  private Result<Unit> ended() {
    return isUnused() ? Result.err(LEFT) : Result.ok();
  }

  /** Whether it was of any use, so that there is no reason to wait before the next. */
  boolean achieved() {
    return achieved;
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
