package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.NodeId;
import dev.meshkit.config.DiscoveryConfig;
import dev.meshkit.config.ElectionConfig;
import dev.meshkit.config.ElectionProfile;
import dev.meshkit.config.ElectionScopeConfig;
import dev.meshkit.config.GossipConfig;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.config.VersionWindow;
import dev.meshkit.control.proto.EventItem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * T34, T37: {@code make chaos CASE=road-switch-mesh}, in short, with three nodes in this process:
 * so patient that a slow machine is no reason to suspect anybody.
 */
@Timeout(240)
class RoadSwitchMeshTest {
  private static final Calm CALM =
      new Calm(Map.of("global", "n1 1.1"), Map.of("n1", "ALIVE 7.1", "n2", "ALIVE 8.1"));

  @TempDir private Path directory;

  private final List<Mesh> nodes = new ArrayList<>();
  private final List<AgentView> views = new ArrayList<>();

  @Test
  void gossipAndElectionDoNotNoticeAnotherRoadAndEachMessageIsAppliedOnce() throws Exception {
    assertEquals(List.of(), switched(this::permit));
  }

  /** The case can fail: each node tells of a leader that gives up in the middle. */
  @Test
  void aLeaderThatChangesMeanwhileIsNamedByEachNode() throws Exception {
    var turn = new AtomicInteger();
    var broken =
        switched(
            versions -> {
              if (turn.incrementAndGet() == 2) stepDown("global");
              permit(versions);
            });
    for (var id : RoadSwitchMesh.VOTERS) {
      for (var sign : List.of(": leader.elected: ", ": global was ")) {
        assertTrue(
            broken.stream().anyMatch(line -> line.contains(id + sign)),
            () -> id + sign + " is not in " + broken);
      }
    }
  }

  private List<String> switched(RoadSwitchMesh.Teller teller) throws Exception {
    try {
      for (var id : RoadSwitchMesh.VOTERS) open(id);
      return new RoadSwitchMesh(views, teller).switched(2, Duration.ZERO);
    } finally {
      views.forEach(AgentView::close);
      nodes.reversed().forEach(Mesh::close);
    }
  }

  /** Its leader gives it up, and whoever follows is known to all. */
  private void stepDown(String scope) {
    var was = views.getFirst().leaders().get(scope);
    views.stream()
        .filter(view -> was.startsWith(view.id().name() + " "))
        .forEach(view -> view.stepDown(scope));
    await()
        .until(
            () ->
                views.stream()
                    .map(view -> view.leaders().getOrDefault(scope, was))
                    .noneMatch(was::equals));
  }

  @Test
  void whatIsAsItWasIsCalm() {
    assertEquals(List.of(), CALM.disturbed(CALM, List.of(event("link.legacy"))));
  }

  @Test
  void whoeverNoticedIsNamed() {
    var again = new Calm(Map.of("global", "n1 1.2"), CALM.members());
    assertEquals(
        List.of("global was n1 1.1 and is n1 1.2"), CALM.disturbed(again, List.<EventItem>of()));
    var refuted = Map.of("n1", "ALIVE 7.2", "n3", "ALIVE 9.1");
    assertEquals(
        List.of(
            "n1 was ALIVE 7.1 and is ALIVE 7.2",
            "n2 was ALIVE 8.1 and is nothing",
            "n3 was nothing and is ALIVE 9.1"),
        CALM.disturbed(new Calm(CALM.leaders(), refuted), List.<EventItem>of()));
    assertEquals(
        List.of("leader.lost: it happened, WHY", "member.suspected: it happened, WHY"),
        CALM.disturbed(CALM, List.of(event("leader.lost"), event("member.suspected"))));
  }

  private static EventItem event(String type) {
    return EventItem.newBuilder().setType(type).setText("it happened").setCause("WHY").build();
  }

  private void open(NodeId id) {
    var data = directory.resolve(id.name());
    var versions = RoadSwitchMesh.PERMITTED.stream().map(VersionWindow::parse).toList();
    var loopback = new Endpoint("127.0.0.1", 0);
    var seeds = nodes.stream().map(node -> node.members().getFirst().at()).limit(1).toList();
    var voters = ElectionScopeConfig.of(ElectionProfile.WAN).withVoters(RoadSwitchMesh.VOTERS);
    var config =
        MeshConfig.of(id.region(), id.name(), data)
            .withDiscovery(new DiscoveryConfig(seeds))
            .withListen(ListenConfig.of(loopback).withLegacy(loopback).withVersions(versions))
            .withElection(new ElectionConfig(voters, voters))
            .withGossip(GossipConfig.defaults().withProbeInterval(Duration.ofSeconds(3)))
            .withHttp(HttpConfig.off());
    config = config.withQueue(config.queue().withTrace(true));
    nodes.add(
        MeshKit.builder(MeshKit.dev(config).orThrow()).on(Letterbox.KIND, new Letterbox()).open());
    views.add(new AgentView(id, data));
  }

  private void permit(List<String> versions) {
    var windows = versions.stream().map(VersionWindow::parse).toList();
    for (var node : nodes) MeshKit.permit(node, windows).orThrow();
  }
}
