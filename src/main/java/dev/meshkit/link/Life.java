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
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One life of a Stream or Elect: a reader and a writer thread, of which the first to end takes the
 * other with it. Not {@code All.of}: that would let one direction live on when the other has ended
 * well.
 */
final class Life {
  private static final System.Logger LOG = System.getLogger(Life.class.getName());

  /** On a quick path, longer than a peer needs to hear that its stream is taken. */
  private static final Duration SETTLE = Duration.ofMillis(300);

  /** On a slow one: for what the peer has said, and what it says before it hears. */
  private static final int SETTLE_ROUND_TRIPS = 2;

  private final LinkContext context;
  private final ByteStream stream;
  private final Standing standing;
  private final @Nullable Road road;
  private final Outgoing out = new Outgoing();
  private final Allowance allowance; // of whoever reads
  private final AtomicBoolean dropped = new AtomicBoolean();
  private volatile @Nullable Life successor;
  private volatile @Nullable RuntimeException sendBug;

  /**
   * A call that both sides accepted.
   *
   * @param context of its line
   * @param stream the call
   * @param standing against another
   */
  Life(LinkContext context, ByteStream stream, Standing standing) {
    this(context, stream, standing, null);
  }

  /** A call that we opened on {@code road}. */
  Life(LinkContext context, ByteStream stream, Standing standing, @Nullable Road road) {
    this.context = context;
    this.stream = stream;
    this.standing = standing;
    this.road = road;
    this.allowance = Allowance.of(stream.family(), now());
  }

  /** Opens a call that both sides accept. Blocks at most 5 s. */
  static Result<Life> open(LinkContext context, Road road, Family family)
      throws InterruptedException {
    var opened = road.open(family, context.helloBytes());
    if (!(opened instanceof Result.Ok<Road.Opened>(var call))) return opened.cast();
    return HelloRules.judge(context.hello(), road.peer(), call.hello())
        .map(theirs -> new Standing(true, theirs.generation()))
        .map(standing -> new Life(context, call.stream(), standing, road))
        .onErr(
            error -> {
              context.refused(error);
              call.stream().close();
            });
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
      var next = out.grab();
      if (next.isEmpty()) return;
      try {
        if (!stream.isReady()) { // another has used what room there was before this one grabbed
          keepWaiting(next.get());
          break;
        }
        if (!isSent(next.get())) break;
      } catch (RuntimeException bug) { // it costs this stream, never the caller
        sendBug = bug;
        out.close();
      } finally {
        out.release();
      }
    }
    out.stall();
  }

  /** If the call is over, the frame waits again, here or where what waited has gone. */
  private boolean isSent(Outgoing.Kept next) {
    if (stream.offer(next.frame())) return true;
    keepWaiting(next);
    return false;
  }

  private void keepWaiting(Outgoing.Kept next) {
    for (var at = this; at != null; at = at.successor) {
      var back = at.out.takeBack(next);
      context.dropped(stream.family(), "outgoing", back.dropped());
      if (back.taken()) return;
    }
    context.dropped(stream.family(), "ended", 1);
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
    successor = to; // before what waits has gone there
    var dropped = out.moveTo(to.out);
    stream.ready(); // for a writer that waits for the peer there is nothing left to wait with
    return dropped;
  }

  /** It has ended, and none takes its place: gives up what waits, and says how many frames. */
  int discard() {
    return out.discard();
  }

  /**
   * Reads what still comes until the far side has sent all, for at most the time of a hand-over;
   * nothing is sent any more. Whose place the peer's own stream took waits until it is quiet, for
   * at most half of that time, before it says so: until the peer knows that its stream is taken, it
   * still talks on this one, and what it said has to be read after that.
   */
  void readOut() {
    var most = context.options().times().handOver();
    var end = now().plus(most);
    try {
      var next = successor;
      var taken = next == null || !next.isOurs();
      if (taken && isReadToItsEnd(quiet(), end.minus(most.dividedBy(2)))) return;
      stream.finishOurs();
      if (!isReadToItsEnd(most, end)) stream.close();
    } catch (InterruptedException stopping) {
      stream.close(); // the links are closing
    } catch (RuntimeException bug) {
      report(bug);
      end(Ending.FAILED);
    }
  }

  private Duration quiet() {
    var trips = context.roundTrip(peer()).orElse(Duration.ZERO).multipliedBy(SETTLE_ROUND_TRIPS);
    return trips.compareTo(SETTLE) > 0 ? trips : SETTLE;
  }

  /** False if it was quiet for so long, or is not over at {@code end}. */
  private boolean isReadToItsEnd(Duration quiet, Instant end) throws InterruptedException {
    while (true) {
      var left = Duration.between(now(), end);
      if (left.compareTo(quiet) > 0) left = quiet;
      switch (left.isPositive() ? stream.receive(left) : new Heard.Silence()) {
        case Heard.Frame(var bytes) -> heard(bytes);
        case Heard.Silence() -> {
          return false;
        }
        case Heard.End() -> {
          return true;
        }
      }
    }
  }

  /** A frame, if the peer may say so much; which stream of its it comes on makes no difference. */
  private void heard(Bytes frame) {
    if (allowance.permits(frame.size(), now())) {
      context.ports().inbound().frame(peer(), stream.family(), frame);
    } else {
      context.dropped(stream.family(), "rate", 1);
    }
  }

  private Instant now() {
    return context.ports().clocks().monotonic().instant();
  }

  /**
   * Reads and writes until the first of them ends; then both have. Whether the far side may still
   * say something, which is to be {@link #readOut read out}; else the call is over.
   */
  boolean run() throws InterruptedException {
    var how = Ending.FAILED;
    try {
      how = Race.of(List.of(named("in", this::read), named("out", this::write))).orThrow();
    } catch (RuntimeException | Error bug) {
      report(bug);
    } finally {
      out.close();
      if (successor == null || !leavesMore(how)) end(how);
    }
    return leavesMore(how);
  }

  /** Whether what the far side has sent, or sends until it hears of the end, still counts. */
  boolean leavesMore(Ending how) {
    return switch (how) {
      case DRAINED -> true;
      case SILENT -> successor != null; // which is why it may have been silent
      case ENDED, FAILED -> false;
    };
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

  private Result<Ending> read() throws InterruptedException {
    var isStream = stream.family() == Family.STREAM;
    var patience = isStream ? context.options().silence() : ByteStream.FOREVER;
    return Result.ok(stream.receiveAll(patience, this::heard) ? Ending.ENDED : Ending.SILENT);
  }

  private Result<Ending> write() throws InterruptedException {
    while (true) {
      var more = out.awaitTurn();
      var bug = sendBug;
      if (bug != null) throw bug;
      if (!more) return Result.ok(Ending.DRAINED);
      if (!stream.awaitReady(out::isOver)) return Result.ok(Ending.ENDED);
      var next = out.next();
      if (next.isPresent() && !isSent(next.get())) return Result.ok(Ending.ENDED);
    }
  }

  /** A bug of ours, whoever provoked it: it costs this stream, never the node. */
  private void report(Throwable failure) {
    context.ports().meters().count(Metric.STREAM_DROPS_TOTAL, stream.family().name(), "exception");
    LOG.log(
        System.Logger.Level.WARNING,
        "the " + stream.family() + " with " + peer() + " failed and is opened anew",
        failure);
  }
}
