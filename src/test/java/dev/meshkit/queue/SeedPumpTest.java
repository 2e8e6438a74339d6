package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Result;
import dev.meshkit.pipeline.Compensation;
import dev.meshkit.pipeline.Results;
import dev.meshkit.pipeline.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * P38: the pump of the tutorial MeshKit grew from, over a real queue: leases as a flow, one bad
 * task that stops nobody, a lease that is given back if its work fails, and the poison looked at.
 */
class SeedPumpTest {
  @TempDir Path directory;

  /** The queue's leases as a live flow: the seed's channel adapter. */
  private static Source<Lease<Bytes>> leases(SafeTaskQueue<Bytes> queue) {
    return Source.pull(
        wait ->
            switch (queue.lease(1, wait)) {
              case Result.Ok<List<Lease<Bytes>>>(var leased) ->
                  leased.isEmpty()
                      ? new Source.Next.Nothing<>()
                      : new Source.Next.Got<>(Result.ok(leased.getFirst()));
              case Result.Err<List<Lease<Bytes>>>(var error) ->
                  new Source.Next.Got<>(Result.err(error));
            });
  }

  @Test
  void oneBadTaskStopsNobodyAndIsFoundAmongThePoison() throws Exception {
    var options = QueueOptions.of("mesh-out").maxAttempts(1).poisonQueue("mesh-poison");
    try (var fixture = QueueFixture.open(directory, options)) {
      // given three tasks, the second of which cannot be sent
      for (var body : List.of("a", "bad", "z")) fixture.enqueue(body);
      var sent = new ArrayList<String>();
      // when they are pumped
      var queue = fixture.queue();
      var settled =
          Results.forEachSettled(
              leases(queue).stream().limit(3), (lease, undo) -> send(queue, lease, undo, sent));
      // then the others were sent, and the bad one lies among the poison, by kind
      assertEquals(List.of("a", "z"), sent);
      assertEquals(2, settled.ok());
      assertEquals(List.of(QueueFixture.WHY), settled.errors());
      var kinds = new TreeMap<String, Integer>();
      var poison = queue.poison().list(PoisonFilter.ALL, 0, 9).orThrow().stream().map(Result::ok);
      var told =
          poison
              .gather(Results.tapOk(dead -> kinds.merge(dead.kind(), 1, Integer::sum)))
              .collect(Results.aggregate());
      assertEquals(Result.ok(1L), told);
      assertEquals(new TreeMap<>(java.util.Map.of("test.kind", 1)), kinds);
      assertEquals(List.of(), fixture.leaseNow(9));
    }
  }

  private static Result<Settled> send(
      SafeTaskQueue<Bytes> queue, Lease<Bytes> lease, Compensation undo, List<String> sent)
      throws InterruptedException {
    var failed = new Disposition.Retry(QueueFixture.WHY, Duration.ZERO);
    undo.onFailure("give the lease back", () -> queue.settle(lease, failed).orThrow());
    var body = lease.value().utf8();
    if (body.equals("bad")) return Result.err(QueueFixture.WHY);
    sent.add(body);
    return queue.settle(lease, Disposition.Ack.plain());
  }
}
