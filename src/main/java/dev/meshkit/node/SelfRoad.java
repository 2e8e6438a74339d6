package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.link.DeliveryServer;
import dev.meshkit.link.Duplex;
import dev.meshkit.link.Outbound;
import java.util.ArrayDeque;
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

  @Override
  public Result<Duplex> open(NodeId to) throws InterruptedException {
    if (!to.equals(self)) return peers.open(to);
    var there = new Pipe();
    var back = new Pipe();
    var far = new End(self, there, back);
    Thread.ofVirtual().name("deliver-self").start(() -> serve(far));
    return Result.ok(new End(self, back, there));
  }

  private void serve(End far) {
    try (far) {
      deliveries.serve(self, far);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** One end: reads from one pipe, writes to the other; closing it closes both. */
  private record End(NodeId peer, Pipe in, Pipe out) implements Duplex {
    @Override
    public boolean send(Bytes frame) throws InterruptedException {
      return out.put(frame);
    }

    @Override
    public Optional<Bytes> receive() throws InterruptedException {
      return in.take();
    }

    @Override
    public void close() {
      in.close();
      out.close();
    }
  }

  /** Frames in one direction, at most so many; the writer waits, as it would for a slow peer. */
  private static final class Pipe {
    private final ArrayDeque<Bytes> frames = new ArrayDeque<>(); // guarded by this
    private boolean closed; // guarded by this

    synchronized boolean put(Bytes frame) throws InterruptedException {
      while (!closed && frames.size() >= FRAMES) wait();
      if (closed) return false;
      frames.add(frame);
      notifyAll();
      return true;
    }

    synchronized Optional<Bytes> take() throws InterruptedException {
      while (!closed && frames.isEmpty()) wait();
      return closed ? Optional.empty() : Optional.of(frames.remove());
    }

    synchronized void close() {
      closed = true;
      notifyAll();
    }
  }
}
