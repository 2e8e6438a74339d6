package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import java.util.stream.IntStream;

/** Many dead tasks, in few transactions. */
final class Deaths {
  private Deaths() {}

  /** Tasks {@code a0}, {@code a1} and so on of the fixture's lane, dead in this order. */
  static void of(QueueFixture fixture, int count) throws InterruptedException {
    var queue = fixture.queue();
    var tasks =
        IntStream.range(0, count)
            .mapToObj(i -> QueueFixture.task(QueueFixture.LANE, "a" + i))
            .toList();
    queue.enqueueAll(tasks).orThrow();
    for (var left = count; left > 0; ) {
      var leases = queue.leaseLane(QueueFixture.LANE, left, QueueFixture.PATIENCE).orThrow();
      queue.settleAll(leases.stream().map(Deaths::poison).toList()).orThrow();
      left -= leases.size();
    }
  }

  private static Settlement<Bytes> poison(Lease<Bytes> lease) {
    return new Settlement<>(lease, new Disposition.Poison(QueueFixture.WHY));
  }
}
