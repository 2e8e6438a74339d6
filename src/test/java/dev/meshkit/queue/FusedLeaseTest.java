package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Result;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a worker that waits costs: no commit of its own. */
@Timeout(60)
class FusedLeaseTest {
  private static final String COMMITS = "SELECT batch FROM progress";

  @TempDir Path directory;

  /** An enqueue into an idle lane with a waiting worker is leased in the same transaction. */
  @Test
  void aTaskForAWaitingWorkerIsAddedAndLeasedInOneCommit() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"))) {
      // given a worker that waits
      var got =
          new FutureTask<Result<List<Lease<Bytes>>>>(() -> fixture.queue().lease(9, PATIENCE));
      Bed.awaitParked(Thread.ofVirtual().start(got));
      var before = fixture.number(COMMITS);
      // when there is a task
      var task = fixture.enqueue("a");
      // then it has it, and there was one commit
      assertEquals(List.of(task), got.get().orThrow().stream().map(Lease::id).toList());
      assertEquals(before + 1, fixture.number(COMMITS));
    }
  }

  /** Nor does a worker that has nothing to do but ask: nothing is written for it. */
  @Test
  void aWorkerThatWaitsInVainWritesNothing() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"))) {
      var before = fixture.number(COMMITS);
      assertEquals(List.of(), fixture.leaseNow(9));
      assertEquals(before, fixture.number(COMMITS));
    }
  }
}
