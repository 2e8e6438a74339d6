package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.link.DeliveryServer;
import dev.meshkit.link.Duplex;
import dev.meshkit.link.Joining;
import dev.meshkit.link.Outbound;
import dev.meshkit.pipeline.Inlet;
import dev.meshkit.pipeline.Source;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The way from a node to itself: a pipe in memory where peers have a stream. A message to oneself
 * is queued, delivered, deduplicated and settled like any other. Thread-safe.
 */
final class SelfRoad implements Outbound.Streams, AutoCloseable {
  private static final int FRAMES = 64;
  private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

  private final NodeId self;
  private final Outbound.Streams peers;
  private final DeliveryServer deliveries;
  private final List<Thread> serving = new ArrayList<>(); // guarded by this
  private boolean closed; // guarded by this

  /** Between a node and itself; {@code peers} is the way to everybody else. */
  SelfRoad(NodeId self, Outbound.Streams peers, DeliveryServer deliveries) {
    this.self = self;
    this.peers = peers;
    this.deliveries = deliveries;
  }

  @Override
  public Result<Duplex> open(NodeId to) throws InterruptedException {
    if (!to.equals(self)) return peers.open(to);
    var there = Inlet.<Bytes>bounded("to-self", FRAMES);
    var back = Inlet.<Bytes>bounded("from-self", FRAMES);
    if (!served(new End(self, there.source(), back))) return Result.err(closing());
    return Result.ok(new End(self, back.source(), there));
  }

  /** Ends what serves; what it had not settled is delivered again. Blocks at most 5 s. */
  @Override
  public void close() {
    List<Thread> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(serving);
    }
    left.forEach(Thread::interrupt);
    Joining.within(CLOSE_WITHIN, "ending deliveries to itself", left);
  }

  private synchronized boolean served(End far) {
    if (closed) return false;
    serving.removeIf(thread -> !thread.isAlive());
    serving.add(Thread.ofVirtual().name("deliver-self").start(() -> serve(far)));
    return true;
  }

  private void serve(End far) {
    try (far) {
      deliveries.serve(self, far);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static MeshError closing() {
    return MeshError.of(
        "error.draining",
        "opening the way to itself",
        "this node is stopping",
        "it is tried again at the next start",
        MeshError.Retry.SAFE);
  }

  /** One end; a full inlet makes its writer wait, as it would for a slow peer. */
  private record End(NodeId peer, Source<Bytes> in, Inlet<Bytes> out) implements Duplex {
    @Override
    public boolean send(Bytes frame) throws InterruptedException {
      return out.put(frame);
    }

    @Override
    public Optional<Bytes> receive() throws InterruptedException {
      return in.take(FOREVER) instanceof Source.Next.Got<Bytes>(Result.Ok<Bytes>(var frame))
          ? Optional.of(frame)
          : Optional.empty();
    }

    @Override
    public void close() {
      in.close();
      out.close();
    }
  }
}
