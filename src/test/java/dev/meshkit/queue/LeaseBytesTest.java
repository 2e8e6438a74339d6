package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Q22 A run is as long as its window, or as its bytes permit: large bodies are in memory by few.
 */
class LeaseBytesTest {
  private static final int MOST_BYTES = 4 << 20;
  private static final int LARGE = 900_000;

  @TempDir Path directory;

  @Test
  void aRunOfLargeBodiesIsShortAndWhatFollowsComesInOrder() throws Exception {
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"))) {
      var sizes = new ArrayList<Integer>();
      for (var i = 0; i < 15; i++) sizes.add(i % 3 == 0 ? 100 + i : LARGE + i);
      for (var size : sizes) {
        var body = Bytes.of(new byte[size]);
        var task = new TaskSpec<>(LANE, "t", body, TaskOptions.DEFAULTS);
        fixture.queue().enqueue(task).orThrow();
      }
      var got = new ArrayList<Integer>();
      var most = 0L;
      while (got.size() < sizes.size()) {
        var run = fixture.queue().leaseLane(LANE, 64, PATIENCE).orThrow();
        assertTrue(!run.isEmpty());
        most = Math.max(most, run.stream().mapToLong(lease -> lease.value().size()).sum());
        for (var lease : run) {
          got.add(lease.value().size());
          assertEquals(new Settled.Done(), fixture.queue().settle(lease, Ack.plain()).orThrow());
        }
      }
      assertEquals(sizes, got);
      assertTrue(most > MOST_BYTES / 2 && most < MOST_BYTES + LARGE + 100, "at once: " + most);
      assertEquals(List.of(), fixture.leaseNow(1));
    }
  }
}
