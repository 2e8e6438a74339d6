package dev.meshkit.control;

import dev.meshkit.control.proto.Check;
import dev.meshkit.control.proto.Health;
import dev.meshkit.control.proto.NodeStatus;
import java.time.Duration;
import java.util.List;

/** What a {@link FakeNode} says of itself. */
final class FakeStatus {
  private FakeStatus() {}

  static NodeStatus of(NodeStatus.State state, List<Check> ready) {
    return NodeStatus.newBuilder()
        .setNode("n1")
        .setRegion("eu")
        .setZone("a")
        .setState(state)
        .setHealth(Health.OK)
        .addAllChecks(ready)
        .setVersion("1.0.0")
        .setPid(4711)
        .setStartedAt(FakeNode.at(-3600))
        .setReadyAfter(Envelope.duration(Duration.ofMillis(1_200)))
        .setDataDir("/data/n1")
        .setListeners(
            NodeStatus.Listeners.newBuilder()
                .setMesh("127.0.0.1:7443")
                .setHttp("127.0.0.1:7480")
                .setLegacy("127.0.0.1:7445"))
        .addLeads("global")
        .setMembers(NodeStatus.MemberCounts.newBuilder().setAlive(4).setSuspect(1))
        .setQueue(
            NodeStatus.TaskCounts.newBuilder()
                .setReady(3)
                .setHeadAge(Envelope.duration(Duration.ofMillis(1_500))))
        .setStore(
            NodeStatus.StoreStatus.newBuilder()
                .setBytes(1L << 40)
                .setWalBytes(4096)
                .setCommitP99(Envelope.duration(Duration.ofMillis(3))))
        .setCertNotAfter(FakeNode.at(86_400))
        .setRssBytes(120_000_000)
        .setRoads(
            NodeStatus.RoadCounts.newBuilder()
                .setH3(3)
                .setH2(1)
                .setSlowestRtt(Envelope.duration(Duration.ofMillis(12))))
        .build();
  }
}
