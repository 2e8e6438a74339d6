package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Q14, Q26 Code that spins on every carrier of virtual threads stops neither time nor a pump. */
class SpinningTest {
  private static final Lane OTHER = Lane.of("eu/n3");

  @TempDir Path directory;

  /** All carriers, until it is closed. */
  private static final class Spinning implements AutoCloseable {
    private final AtomicBoolean over = new AtomicBoolean();

    Spinning() throws InterruptedException {
      var carriers =
          Integer.getInteger(
              "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());
      var spun = new CountDownLatch(carriers);
      for (var i = 0; i < carriers; i++) Thread.ofVirtual().start(() -> spin(spun));
      assertTrue(spun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    private void spin(CountDownLatch spun) {
      spun.countDown();
      while (!over.get()) Thread.onSpinWait();
    }

    @Override
    public void close() {
      over.set(true);
    }
  }

  @Test
  void leasesExpireAndAPumpOfItsOwnThreadsGoesOn() throws Exception {
    var lease = Duration.ofMillis(300);
    var soon = new RetryPause(Duration.ofMillis(1), Duration.ofMillis(5));
    var options = QueueOptions.of("q").relaxed().lease(lease, lease).maxAttempts(1).retry(soon);
    try (var fixture = QueueFixture.open(directory, options)) {
      fixture.enqueue("silent");
      fixture.lease();
      try (var _ = new Spinning()) {
        var dead = fixture.queue().poison().take("r", PATIENCE).orThrow();
        assertEquals(List.of(Reason.EXHAUSTED), dead.stream().map(DeadTask::reason).toList());
        var own = PumpOptions.concurrency(2).withDrain(Duration.ZERO).withPlatformThreads();
        try (var pump = TaskQueuePump.start(fixture.queue(), own, _ -> Ack.plain())) {
          // while others spin its thread may come too late for a lease, and for the next
          var often = TaskOptions.DEFAULTS.withMaxAttempts(1_000);
          var task = new TaskSpec<>(OTHER, "test.kind", Bytes.utf8("a"), often);
          var id = fixture.queue().enqueue(task).orThrow().id();
          var settled = fixture.queue().await(id, PATIENCE).orThrow();
          assertTrue(settled instanceof Settled.Done, () -> settled + " " + pump.tally());
        }
      }
    }
  }
}
