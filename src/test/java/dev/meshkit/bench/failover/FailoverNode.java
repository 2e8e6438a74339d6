package dev.meshkit.bench.failover;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.LeaderChange;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.api.Tenure;
import dev.meshkit.config.DiscoveryConfig;
import dev.meshkit.config.ElectionConfig;
import dev.meshkit.config.ElectionProfile;
import dev.meshkit.config.ElectionScopeConfig;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One voter of three, of region {@code eu} and of the whole. It says {@code is open}; {@code leads
 * FENCE} as soon as it has authority over its region, and {@code ended} when it has it no more;
 * {@code follows NODE} when it knows of another.
 */
public final class FailoverNode {
  private static final Scope EU = Scope.region("eu");

  private FailoverNode() {}

  /** Data directory, number from 1, profile of the region, then the three addresses. */
  public static void main(String... args) throws Exception {
    var number = Integer.parseInt(args[1]);
    var profile = ElectionProfile.valueOf(args[2]);
    var places = List.of(args).subList(3, args.length).stream().map(Endpoint::parse).toList();
    var voters = IntStream.rangeClosed(1, places.size()).mapToObj(FailoverNode::voter).toList();
    var others = places.stream().filter(at -> !at.equals(places.get(number - 1))).toList();
    var config =
        MeshConfig.of("eu", "n" + number, Path.of(args[0]).resolve("n" + number))
            .withListen(ListenConfig.of(places.get(number - 1)))
            .withDiscovery(new DiscoveryConfig(others))
            .withElection(
                ElectionConfig.defaults()
                    .withRegion(ElectionScopeConfig.of(profile).withVoters(voters))
                    .withGlobal(ElectionScopeConfig.of(ElectionProfile.WAN).withVoters(voters)))
            .withHttp(HttpConfig.off());
    try (var mesh = MeshKit.open(MeshKit.dev(config).orThrow())) {
      say("is open");
      Runtime.getRuntime().addShutdownHook(new Thread(mesh::close)); // SIGTERM: in order
      mesh.leadership(EU).whenLeader(FailoverNode::lead);
      follow(mesh);
    }
  }

  private static void lead(Tenure tenure) {
    say("leads " + tenure.fence().text());
    tenure.onEnd("say so", () -> say("ended"));
  }

  private static void follow(Mesh mesh) throws InterruptedException {
    var leadership = mesh.leadership(EU);
    var more = List.of(leadership.latest());
    while (!more.isEmpty()) {
      more.stream().map(LeaderChange::now).forEach(now -> say(now.leader(), mesh.self()));
      more = leadership.after(more.getLast().sequence());
    }
  }

  private static void say(NodeId leader, NodeId self) {
    if (leader.isNobody()) say("follows nobody");
    else if (!leader.equals(self)) say("follows " + leader);
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private static NodeId voter(int number) {
    return NodeId.of("eu", "n" + number);
  }
}
