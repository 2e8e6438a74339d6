package dev.meshkit.link;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.transport.RoadMode;
import dev.meshkit.transport.RoadTimes;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * What {@link Links} are told.
 *
 * @param self this node
 * @param cluster the cluster's id, as its peers must name it in Hello
 * @param generation of this process, as gossip uses it
 * @param listen where peers reach this node; port 0 takes a free one
 * @param legacy where the legacy port is, while version 1 is permitted; {@link Endpoint#NONE} for
 *     nowhere
 * @param mode which roads are permitted
 * @param voters who is a fellow voter, whose links are redialled within 1 s instead of 10 s; asked
 *     by any thread, before each attempt
 * @param times how patient it is with roads
 * @param silence a Stream on which nothing came for this long ends; 10 s
 */
public record LinkOptions(
    NodeId self,
    String cluster,
    long generation,
    Endpoint listen,
    Endpoint legacy,
    RoadMode mode,
    Predicate<NodeId> voters,
    RoadTimes times,
    Duration silence) {
  /** Checks what is required. */
  public LinkOptions {
    if (self.isNobody() || cluster.isEmpty() || !silence.isPositive()) {
      throw new IllegalArgumentException(
          "links need a node, a cluster and a positive silence, not '%s', '%s', %s"
              .formatted(self, cluster, silence));
    }
  }

  /** Generation 1, any free port of loopback, mode auto, no fellow voters. */
  public static LinkOptions of(NodeId self, String cluster) {
    return new LinkOptions(
        self,
        cluster,
        1,
        new Endpoint("127.0.0.1", 0),
        Endpoint.NONE,
        RoadMode.AUTO,
        _ -> false,
        RoadTimes.DEFAULTS,
        Duration.ofSeconds(10));
  }

  /** How soon whom is dialled again. */
  Redial redial() {
    return new Redial(voters);
  }

  /** This, with another generation. */
  public LinkOptions withGeneration(long generation) {
    return new LinkOptions(self, cluster, generation, listen, legacy, mode, voters, times, silence);
  }

  /** This, with another address to listen on. */
  public LinkOptions withListen(Endpoint listen) {
    return new LinkOptions(self, cluster, generation, listen, legacy, mode, voters, times, silence);
  }

  /** This, with a legacy port. */
  public LinkOptions withLegacy(Endpoint legacy) {
    return new LinkOptions(self, cluster, generation, listen, legacy, mode, voters, times, silence);
  }

  /** This, with other permitted roads. */
  public LinkOptions withMode(RoadMode mode) {
    return new LinkOptions(self, cluster, generation, listen, legacy, mode, voters, times, silence);
  }

  /** This, with other fellow voters. */
  public LinkOptions withVoters(Predicate<NodeId> voters) {
    return new LinkOptions(self, cluster, generation, listen, legacy, mode, voters, times, silence);
  }

  /** This, with another silence. */
  public LinkOptions withSilence(Duration silence) {
    return new LinkOptions(self, cluster, generation, listen, legacy, mode, voters, times, silence);
  }

  /** This, with another patience. */
  public LinkOptions withTimes(RoadTimes times) {
    return new LinkOptions(self, cluster, generation, listen, legacy, mode, voters, times, silence);
  }
}
