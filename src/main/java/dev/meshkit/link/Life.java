package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Metric;
import dev.meshkit.pipeline.Race;
import dev.meshkit.pipeline.Step;
import dev.meshkit.transport.ByteStream;
import dev.meshkit.transport.ByteStream.Heard;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.Road;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One life of a Stream or Elect: a reader and a writer thread, of which the first to end takes the
 * other with it. Not {@code All.of}: that would let one direction live on when the other has ended
 * well.
 */
final class Life {
  private static final System.Logger LOG = System.getLogger(Life.class.getName());

  /** Longer than a peer needs to hear that its stream is taken. */
  private static final Duration SETTLE = Duration.ofMillis(300);

  private final ByteStream stream;
  private final Standing standing;
  private final @Nullable Road road;
  private final Outgoing out = new Outgoing();
  private final AtomicBoolean dropped = new AtomicBoolean();
  private volatile @Nullable Life successor;
  private volatile @Nullable RuntimeException sendBug;

  /**
   * A call that both sides accepted.
   *
   * @param stream the call
   * @param standing against another
   */
  Life(ByteStream stream, Standing standing) {
    this(stream, standing, null);
  }

  /** A call that we opened on {@code road}. */
  Life(ByteStream stream, Standing standing, @Nullable Road road) {
    this.stream = stream;
    this.standing = standing;
    this.road = road;
  }

  /** The road that we opened it on; empty if the peer opened it. */
  Optional<Road> road() {
    return Optional.ofNullable(road);
  }

  boolean isOurs() {
    return standing.ours();
  }

  Standing standing() {
    return standing;
  }

  ByteStream stream() {
    return stream;
  }

  NodeId peer() {
    return stream.peer();
  }

  /**
   * Queues a frame, and sends what waits if the peer keeps up: the caller's thread is awake
   * already. Never blocks, never throws.
   */
  Outgoing.Offered send(String key, Bytes frame) {
    var offered = out.offer(key, frame);
    if (offered.taken()) sendWaiting();
    return offered;
  }

  private void sendWaiting() {
    while (stream.isReady()) {
      var frame = out.grab();
      if (frame.isEmpty()) return;
      try {
        if (!stream.offer(frame.get())) {
          passOn(frame.get());
          break;
        }
      } catch (RuntimeException bug) { // it costs this stream, never the caller
        sendBug = bug;
        out.close();
      } finally {
        out.release();
      }
    }
    out.stall();
  }

  private void passOn(Bytes frame) {
    var next = successor;
    if (next != null) next.send("", frame);
  }

  /** How many bytes wait to be sent. */
  long unsentBytes() {
    return out.bytes();
  }

  /** Whether nothing was dropped before; now something was. */
  boolean isFirstDrop() {
    return dropped.compareAndSet(false, true);
  }

  /** Ends it in good order, once what waits is sent. Never blocks. */
  void retire() {
    out.close();
  }

  /**
   * Hands over to a stream that takes this one's place, at a frame boundary: what waits goes there,
   * and this one is read to its end. How many frames found no room there. Never blocks.
   */
  int handOver(Life to) {
    successor = to;
    return out.moveTo(to.out);
  }

  /**
   * Reads what still comes until the far side has sent all, for at most the time of a hand-over;
   * nothing is sent any more. Whose place the peer's own stream took waits a moment before it says
   * so: until the peer knows that its stream is taken, it still talks on this one.
   */
  void readOut(LinkContext context) throws InterruptedException {
    var next = successor;
    if (next == null || !next.isOurs()) {
      if (isReadToItsEnd(context, SETTLE)) return;
    }
    stream.finishOurs();
    if (!isReadToItsEnd(context, context.options().times().handOver())) stream.finish();
  }

  private boolean isReadToItsEnd(LinkContext context, Duration patience)
      throws InterruptedException {
    var monotonic = context.ports().clocks().monotonic();
    var end = monotonic.instant().plus(patience);
    while (true) {
      var left = Duration.between(monotonic.instant(), end);
      switch (left.isPositive() ? stream.receive(left) : new Heard.Silence()) {
        case Heard.Frame(var bytes) ->
            context.ports().inbound().frame(peer(), stream.family(), bytes);
        case Heard.Silence() -> {
          return false;
        }
        case Heard.End() -> {
          return true;
        }
      }
    }
  }

  /** Reads and writes until the first of them ends; then both have, and the call is over. */
  Ending run(LinkContext context) throws InterruptedException {
    var how = Ending.FAILED;
    try {
      how = Race.of(List.of(named("in", () -> read(context)), named("out", this::write))).orThrow();
    } catch (RuntimeException | Error bug) {
      report(bug, context);
    } finally {
      out.close();
      if (how != Ending.DRAINED || successor == null) end(how);
    }
    if (how == Ending.DRAINED && successor != null) {
      try {
        readOut(context);
      } finally {
        stream.close(); // if not read to its end, it has none worth waiting for
      }
    }
    return how;
  }

  /** To end, however, is to win: the other direction has nothing left to live for. */
  private Step<Ending> named(String direction, Step.Work<Ending> work) {
    return Step.of(
        () -> {
          Thread.currentThread().setName(stream.family() + " " + direction + " " + peer());
          return work.run();
        });
  }

  private void end(Ending how) {
    switch (how) {
      case DRAINED -> stream.finish();
      case ENDED -> stream.abort(Status.CANCELLED.withDescription("the stream ended"));
      case SILENT -> stream.abort(Status.CANCELLED.withDescription("silent for too long"));
      case FAILED -> stream.abort(Status.INTERNAL.withDescription("the stream failed"));
    }
  }

  private Result<Ending> read(LinkContext context) throws InterruptedException {
    var family = stream.family();
    var monotonic = context.ports().clocks().monotonic();
    var allowance = Allowance.of(family, monotonic.instant());
    var patience = family == Family.STREAM ? context.options().silence() : ByteStream.FOREVER;
    Consumer<Bytes> sink =
        bytes -> {
          if (allowance.permits(bytes.size(), monotonic.instant())) {
            context.ports().inbound().frame(peer(), family, bytes);
          } else {
            context.dropped(family, "rate", 1);
          }
        };
    return Result.ok(stream.receiveAll(patience, sink) ? Ending.ENDED : Ending.SILENT);
  }

  private Result<Ending> write() throws InterruptedException {
    while (true) {
      var frame = out.take();
      var bug = sendBug;
      if (bug != null) throw bug;
      if (frame.isEmpty()) return Result.ok(Ending.DRAINED);
      if (!stream.send(frame.get())) {
        passOn(frame.get());
        return Result.ok(Ending.ENDED);
      }
    }
  }

  /** A bug of ours, whoever provoked it: it costs this stream, never the node. */
  private void report(Throwable failure, LinkContext context) {
    context.ports().meters().count(Metric.STREAM_DROPS_TOTAL, stream.family().name(), "exception");
    LOG.log(
        System.Logger.Level.WARNING,
        "the " + stream.family() + " with " + peer() + " failed and is opened anew",
        failure);
  }
}
