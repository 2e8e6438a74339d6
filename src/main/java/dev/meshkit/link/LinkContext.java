package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.observe.Metric;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.Road;
import dev.meshkit.transport.RoadFailure;
import dev.meshkit.wire.Hello;
import dev.meshkit.wire.HelloCodec;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;

/**
 * What all lines of a node share.
 *
 * @param options what the links were told
 * @param ports what they stand on
 * @param hello this node's own
 * @param roads to the peers
 * @param history what carries the streams, and did
 * @param threads virtual, one a task
 * @param telling what operators are told
 */
record LinkContext(
    LinkOptions options,
    LinkPorts ports,
    Hello hello,
    PeerRoads roads,
    RoadHistory history,
    ExecutorService threads,
    Telling telling) {
  NodeId self() {
    return options.self();
  }

  Bytes helloBytes() {
    return HelloCodec.hello(hello);
  }

  /** How long to wait before attempt {@code k} to reach a peer again. */
  Duration pause(NodeId peer, int k) {
    return options.redial().of(peer).before(k, ports.chance());
  }

  /** The round trip to a peer, by whoever dialled; empty if nobody has measured it. */
  Optional<Duration> roundTrip(NodeId peer) {
    return roads.roundTrip(peer).or(() -> history.roundTrip(peer));
  }

  /** Between {@code least} and {@code most}, evenly. */
  Duration between(Duration least, Duration most) {
    var span = most.minus(least).toNanos();
    return least.plusNanos((long) (ports.chance().nextDouble() * span));
  }

  /** Runs a task on a thread of its own; false if the links are closing, and it will not run. */
  boolean start(Runnable task) {
    try {
      threads.execute(task);
      return true;
    } catch (RejectedExecutionException closing) {
      return false;
    }
  }

  /** Tells the operator of a failure that waits for somebody to act. */
  void tell(String whom, MeshError error) {
    var kind = RoadFailure.kindOf(error);
    if (kind == RoadFailure.Kind.IDENTITY || kind == RoadFailure.Kind.MISMATCH) {
      telling.warn(whom, error);
    }
  }

  /**
   * A call could not be made on a road, which is of no more use if that is so of all calls; no
   * other is, if an identity was refused. Blocks in that case, while the peer is dialled.
   */
  void failed(Road road, MeshError error) {
    if (RoadFailure.kindOf(error) == RoadFailure.Kind.IDENTITY) {
      roads.refused(road, error);
    } else if (RoadFailure.isOfRoad(error)) {
      roads.discard(road);
    }
  }

  /** Counts a peer whose Hello we could not accept after dialling it. */
  void refused(MeshError error) {
    var mk = error.details().getOrDefault("mk", error.code());
    ports.meters().count(Metric.HANDSHAKE_FAILURES_TOTAL, "CLIENT", mk);
  }

  void dropped(Family family, String reason, int frames) {
    if (frames > 0) {
      ports.meters().add(Metric.STREAM_DROPS_TOTAL, frames, family.name(), reason);
    }
  }
}
