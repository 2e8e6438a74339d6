package dev.meshkit.control;

import com.google.protobuf.Timestamp;
import dev.meshkit.control.proto.HandedOver;
import dev.meshkit.control.proto.LeaderItem;
import dev.meshkit.control.proto.Recovered;
import dev.meshkit.control.proto.VotersChanged;
import java.time.Duration;
import java.util.List;

/** What a {@link FakeNode} says of leaders and voters. */
final class FakeLeaders {
  private FakeLeaders() {}

  static List<LeaderItem> items(Timestamp since) {
    return List.of(
        LeaderItem.newBuilder()
            .setScope("region/eu")
            .setState(LeaderItem.State.LED)
            .setLeader("n1")
            .setGeneration(1)
            .setTerm(8)
            .setFence("1.8")
            .setSince(since)
            .setTenureLeft(Envelope.duration(Duration.ofMillis(420)))
            .setRecord("0/0.1")
            .addVoters(
                LeaderItem.VoterItem.newBuilder().setNode("n1").setRank(10).setReachable(true))
            .addVoters(LeaderItem.VoterItem.newBuilder().setNode("n2").setRank(10))
            .setNeeded(2)
            .setReachable(1)
            .setMargin(-1)
            .setAutopilot("waits: 2 of 3 voters, and 0 ready")
            .setLastChange(
                LeaderItem.Change.newBuilder()
                    .setAt(since)
                    .setFrom("n3")
                    .setTo("n1")
                    .setCause(LeaderItem.Change.Cause.TIMEOUT)
                    .setGap(Envelope.duration(Duration.ofMillis(700))))
            .build(),
        LeaderItem.newBuilder()
            .setScope("global")
            .setState(LeaderItem.State.NO_QUORUM)
            .setRecord("0/0.1")
            .build());
  }

  static HandedOver handed(HandOver order) {
    return HandedOver.newBuilder()
        .setScope(order.scope())
        .setDryRun(order.dryRun())
        .setFrom("n1")
        .setLeader(order.to())
        .setFence(order.dryRun() ? "" : "1.9")
        .setGap(Envelope.duration(Duration.ofMillis(order.dryRun() ? 0 : 12)))
        .build();
  }

  static Recovered recovered(Recovery order) {
    return Recovered.newBuilder()
        .setScope(order.scope())
        .setDryRun(order.dryRun())
        .setGeneration(2)
        .addLost("n1")
        .addLost("n2")
        .build();
  }

  static VotersChanged changed(VoterOrder order) {
    return VotersChanged.newBuilder()
        .setScope(order.scope())
        .setDryRun(order.dryRun())
        .setText("rank n2 5")
        .setVersion(1L << 53)
        .build();
  }
}
