package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.transport.ByteStream;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.MeshService;
import dev.meshkit.wire.Hello;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What peers may do to this node: greet, open streams, sync. Thread-safe. */
final class Reception implements MeshService {
  private static final System.Logger LOG = System.getLogger(Reception.class.getName());

  private final LinkContext context;
  private final Lines lines;
  private final Map<NodeId, ByteStream> delivering = new ConcurrentHashMap<>();

  Reception(LinkContext context, Lines lines) {
    this.context = context;
    this.lines = lines;
  }

  @Override
  public Result<Bytes> hello(NodeId from, Family family, Bytes hello) {
    if (from.equals(context.self())) return Result.err(ourselves());
    if (!lines.hasRoomFor(from)) return Result.err(crowded(from));
    return HelloRules.judge(context.hello(), from, hello)
        .map(_ -> context.helloBytes())
        .onErr(error -> context.tell(from.toString(), error));
  }

  @Override
  public void accept(ByteStream stream, Bytes hello) {
    if (!(HelloRules.judge(context.hello(), stream.peer(), hello)
        instanceof Result.Ok<Hello>(var theirs))) {
      throw new IllegalStateException("accepted a Hello that was not");
    }
    switch (stream.family()) {
      case STREAM, ELECT -> lines.adopt(stream, theirs);
      case DELIVER -> {
        stream.begin();
        if (!context.start(() -> deliver(stream))) stream.close();
      }
    }
  }

  @Override
  public void measured(NodeId from, Duration roundTrip) {
    if (roundTrip.isPositive()) context.history().measured(from, roundTrip);
    lines
        .find(from, Family.STREAM)
        .flatMap(Line::life)
        .filter(life -> !life.isOurs())
        .ifPresent(life -> context.roads().succession().visited(from, life.stream().road()));
  }

  @Override
  public Result<Bytes> sync(NodeId from, Bytes request) throws InterruptedException {
    return context.ports().inbound().sync(from, request);
  }

  @Override
  public Result<Bytes> command(NodeId from, Bytes request) throws InterruptedException {
    return context.ports().inbound().command(from, request);
  }

  /** Ends all inbound deliveries. */
  void close() {
    delivering.values().forEach(ByteStream::close);
  }

  private void deliver(ByteStream stream) {
    var older = delivering.put(stream.peer(), stream);
    if (older != null) older.close();
    try {
      var duplex = new StreamDuplex(stream, () -> false, () -> {});
      context.ports().deliveries().serve(stream.peer(), duplex);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt(); // the links are closing
    } catch (RuntimeException failure) {
      context.dropped(Family.DELIVER, "exception", 1);
      LOG.log(
          System.Logger.Level.WARNING,
          "the Deliver stream of " + stream.peer() + " failed; it opens another",
          failure);
    } finally {
      stream.close();
      delivering.remove(stream.peer(), stream);
    }
  }

  private static MeshError ourselves() {
    return MeshError.unavailable("greet a peer", "it is this node itself", "dial another address")
        .with("mk", "MK-TLS-007");
  }

  private static MeshError crowded(NodeId from) {
    return MeshError.unavailable(
            "greet " + from, "this node has links to as many peers as it can", "try another node")
        .with("mk", "MK-NET-010");
  }
}
