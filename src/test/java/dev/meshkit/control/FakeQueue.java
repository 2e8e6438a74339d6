package dev.meshkit.control;

import dev.meshkit.control.proto.QueueItem;
import dev.meshkit.control.proto.Reason;
import java.time.Duration;
import java.util.List;

/** What a {@link FakeNode} says of its queue. */
final class FakeQueue {
  private FakeQueue() {}

  static List<QueueItem> items() {
    return List.of(
        QueueItem.newBuilder()
            .setQueue("mesh-out")
            .setLane("us/n4")
            .setClass_("bulk")
            .setPeer("n4")
            .setState(QueueItem.State.BREAKER_OPEN)
            .setReady(118)
            .setBytes(1L << 33)
            .setHeadAge(Envelope.duration(Duration.ofSeconds(61)))
            .setIn(0.25)
            .setOut(2.5)
            .setDrainEta(Envelope.duration(Duration.ofMillis(52_444)))
            .setRetryAt(FakeNode.at(2))
            .setBlockedBy(Reason.newBuilder().setCode("MK-NET-001").setText("peer"))
            .build());
  }
}
