package dev.meshkit.bench;

import dev.meshkit.api.MeshException;
import dev.meshkit.control.AdminClient;
import dev.meshkit.control.Envelope;
import dev.meshkit.control.SocketPath;
import dev.meshkit.control.proto.ChangeGateRequest;
import dev.meshkit.control.proto.StatusRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** The operator of two nodes, who has a region use one version of the transport, then the other. */
final class FlipGate implements AutoCloseable {
  private static final int LEGACY = 1;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration LOOK = Duration.ofMillis(10);

  private final String change;
  private final List<AdminClient> nodes;

  /** Of the nodes that keep their data there. */
  FlipGate(String region, List<Path> data) {
    change = "meshkit::transport::" + region;
    nodes = data.stream().map(at -> AdminClient.of(SocketPath.of(at, System.getenv()))).toList();
  }

  /** Has it committed; blocks until both ends use it, and says how long that took, nanoseconds. */
  long flip(int version) {
    var began = System.nanoTime();
    var order =
        ChangeGateRequest.newBuilder()
            .setChange(change)
            .setVerb(ChangeGateRequest.Verb.SET)
            .setVersion(version)
            .setReason("measured")
            .setWait(Envelope.duration(PATIENCE.minusSeconds(1)))
            .build();
    nodes.getFirst().ask("flipping", PATIENCE, node -> node.changeGate(order)).orThrow();
    awaitRoads(version);
    return System.nanoTime() - began;
  }

  /** Blocks until both ends of the link use a version. */
  void awaitRoads(int version) {
    Awaitility.await("both ends on version " + version)
        .atMost(PATIENCE.multipliedBy(3))
        .pollDelay(Duration.ZERO)
        .pollInterval(LOOK)
        .ignoreExceptionsInstanceOf(MeshException.class)
        .until(() -> nodes.stream().allMatch(node -> uses(node, version)));
  }

  private static boolean uses(AdminClient admin, int version) {
    var asked = StatusRequest.getDefaultInstance();
    var roads = admin.ask("looking", PATIENCE, node -> node.status(asked)).orThrow().getRoads();
    var others = roads.getH3() + roads.getH2();
    return version == LEGACY
        ? roads.getLegacy() == 1 && others == 0
        : roads.getLegacy() == 0 && others == 1;
  }

  @Override
  public void close() {
    nodes.forEach(AdminClient::close);
  }
}
