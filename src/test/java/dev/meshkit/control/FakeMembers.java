package dev.meshkit.control;

import dev.meshkit.control.proto.MemberItem;
import java.time.Duration;
import java.util.List;

/** The members that {@link FakeNode} sees, every field filled in one of them. */
final class FakeMembers {
  private FakeMembers() {}

  static List<MemberItem> all() {
    return List.of(
        MemberItem.newBuilder()
            .setNode("n1")
            .setRegion("eu")
            .setZone("a")
            .setStatus(MemberItem.Status.ALIVE)
            .setSince(FakeNode.at(-60))
            .setGeneration(9_007_199_254_740_993L)
            .setIncarnation(2)
            .setAddress("127.0.0.1:7443")
            .addLeads("global")
            .addVotes("region/eu")
            .setRoad(MemberItem.Road.SELF)
            .setVersion("1.0.0")
            .setWireMin(1)
            .setWireMax(1)
            .setCertNotAfter(FakeNode.at(86_400))
            .setLastHeard(FakeNode.at(0))
            .putLabels("rack", "\u001b[31mred")
            .build(),
        MemberItem.newBuilder()
            .setNode("n4")
            .setRegion("us")
            .setZone("\u001b[31mred")
            .setStatus(MemberItem.Status.SUSPECT)
            .setSince(FakeNode.at(-6))
            .setGeneration(7)
            .setAddress("evil\u001b[2Jhost:7473")
            .setRoad(MemberItem.Road.H3)
            .setRtt(Envelope.duration(Duration.ofNanos(450_000)))
            .addRoadHistory(
                MemberItem.RoadChange.newBuilder()
                    .setAt(FakeNode.at(-5))
                    .setFrom("H2")
                    .setTo("H3")
                    .setReason("PROMOTED"))
            .build());
  }
}
