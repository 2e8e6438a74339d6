package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.queue.QueueFixture.ManualClocks;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q2, Q27: tasks whose time is over at the heads of many lanes at once. */
@Timeout(120)
class HeadsTest {
  private static final int LANES = 24;
  private static final String COMMITS = "SELECT batch FROM progress";

  @TempDir Path directory;

  /** Q2, Q27 They end within one look, and not in one transaction that everybody waits for. */
  @Test
  void headsOfManyLanesEndInSmallTransactions() throws Exception {
    var clocks = new ManualClocks();
    try (var fixture = QueueFixture.open(directory, QueueOptions.of("q"), clocks)) {
      var brief = TaskOptions.DEFAULTS.withTtl(Duration.ofSeconds(5), OnExpiry.POISON);
      for (var i = 0; i < LANES; i++) {
        var one = QueueFixture.task(Lane.of("lane" + i), "x".repeat(600 << 10));
        fixture
            .queue()
            .enqueue(new TaskSpec<>(one.lane(), one.kind(), one.value(), brief))
            .orThrow();
      }
      var before = fixture.number(COMMITS);
      // when their time is over, and it is time to look at the heads, which comes first
      clocks.advance(Duration.ofSeconds(11));
      fixture.queue().tick();
      // then all are dead, two at most in a transaction
      assertEquals(LANES, fixture.queue().stats().dead());
      var commits = fixture.number(COMMITS) - before;
      assertTrue(commits >= LANES / 2, () -> commits + " commits");
    }
  }
}
