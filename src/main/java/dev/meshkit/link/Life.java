package dev.meshkit.link;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Metric;
import dev.meshkit.pipeline.Race;
import dev.meshkit.pipeline.Step;
import dev.meshkit.transport.ByteStream;
import dev.meshkit.transport.ByteStream.Heard;
import dev.meshkit.transport.Family;
import io.grpc.Status;
import java.util.List;

/**
 * One life of a Stream or Elect: a reader and a writer thread, of which the first to end takes the
 * other with it. Not {@code All.of}: that would let one direction live on when the other has ended
 * well.
 */
final class Life {
  private static final System.Logger LOG = System.getLogger(Life.class.getName());

  private final ByteStream stream;
  private final Standing standing;
  private final Outgoing out = new Outgoing();

  /**
   * A call that both sides accepted.
   *
   * @param stream the call
   * @param standing against another
   */
  Life(ByteStream stream, Standing standing) {
    this.stream = stream;
    this.standing = standing;
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

  Outgoing out() {
    return out;
  }

  /** Ends it in good order, once what waits is sent. Never blocks. */
  void retire() {
    out.close();
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
      end(how);
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
    var silence = context.options().silence();
    var monotonic = context.ports().clocks().monotonic();
    var allowance = Allowance.of(family, monotonic.instant());
    while (true) {
      switch (family == Family.STREAM ? stream.receive(silence) : stream.receive()) {
        case Heard.End() -> {
          return Result.ok(Ending.ENDED);
        }
        case Heard.Silence() -> {
          return Result.ok(Ending.SILENT);
        }
        case Heard.Frame(var bytes) when allowance.permits(bytes.size(), monotonic.instant()) ->
            context.ports().inbound().frame(peer(), family, bytes);
        case Heard.Frame _ -> context.dropped(family, "rate", 1);
      }
    }
  }

  private Result<Ending> write() throws InterruptedException {
    while (true) {
      var frame = out.take();
      if (frame.isEmpty()) return Result.ok(Ending.DRAINED);
      if (!stream.send(frame.get())) return Result.ok(Ending.ENDED);
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
