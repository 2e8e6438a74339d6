package dev.meshkit.bench.model;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Member.Status;
import dev.meshkit.api.NodeId;
import dev.meshkit.config.DiscoveryConfig;
import dev.meshkit.config.ElectionConfig;
import dev.meshkit.config.ElectionProfile;
import dev.meshkit.config.ElectionScopeConfig;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * One of the members of a mesh. It says {@code is open}, and {@code sees NODE STATUS} whenever
 * another node's status is another one for it.
 */
public final class FleetNode {
  private static final long EVERY_NANOS = 2_000_000;

  private FleetNode() {}

  /** Data directory, number from 1, then the addresses of all. */
  public static void main(String... args) throws Exception {
    var number = Integer.parseInt(args[1]);
    var places = List.of(args).subList(2, args.length).stream().map(Endpoint::parse).toList();
    var own = places.get(number - 1);
    var others = places.stream().filter(at -> !at.equals(own)).toList();
    var voters =
        IntStream.rangeClosed(1, places.size()).mapToObj(n -> NodeId.of("eu", "n" + n)).toList();
    var config =
        MeshConfig.of("eu", "n" + number, Path.of(args[0]).resolve("n" + number))
            .withListen(ListenConfig.of(own))
            .withDiscovery(new DiscoveryConfig(others))
            .withElection(
                ElectionConfig.defaults()
                    .withRegion(ElectionScopeConfig.of(ElectionProfile.REGION).withVoters(voters))
                    .withGlobal(ElectionScopeConfig.of(ElectionProfile.WAN).withVoters(voters)))
            .withHttp(HttpConfig.off());
    try (var mesh = MeshKit.open(MeshKit.dev(config).orThrow())) {
      System.out.println("is open");
      var known = new TreeMap<String, Status>();
      while (true) {
        for (var member : mesh.members()) {
          var name = member.node().name();
          if (member.status() != known.put(name, member.status()))
            System.out.println("sees " + name + " " + member.status());
        }
        LockSupport.parkNanos(EVERY_NANOS);
      }
    }
  }
}
