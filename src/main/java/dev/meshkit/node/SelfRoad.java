package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.link.DeliveryServer;
import dev.meshkit.link.Duplex;
import dev.meshkit.link.Outbound;
import dev.meshkit.pipeline.Inlet;
import dev.meshkit.pipeline.Source;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The way from a node to itself: a pipe in memory where peers have a stream. A message to oneself
 * is queued, delivered, deduplicated and settled like any other. Thread-safe.
 *
 * @param self this node
 * @param peers the way to everybody else
 * @param deliveries what serves a stream that came in
 */
record SelfRoad(NodeId self, Outbound.Streams peers, DeliveryServer deliveries)
    implements Outbound.Streams {
  private static final int FRAMES = 64;
  private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

  @Override
  public Result<Duplex> open(NodeId to) throws InterruptedException {
    if (!to.equals(self)) return peers.open(to);
    var there = Inlet.<Bytes>bounded("to-self", FRAMES);
    var back = Inlet.<Bytes>bounded("from-self", FRAMES);
    var far = new End(self, there.source(), back);
    Thread.ofVirtual().name("deliver-self").start(() -> serve(far));
    return Result.ok(new End(self, back.source(), there));
  }

  private void serve(End far) {
    try (far) {
      deliveries.serve(self, far);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
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
