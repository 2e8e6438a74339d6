package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static dev.meshkit.queue.QueueFixture.WHY;
import static dev.meshkit.queue.QueueFixture.bodies;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Poison;
import dev.meshkit.api.Disposition.Retry;
import dev.meshkit.store.Op;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Q31 A task that a disk has damaged, in whatever cell, is dead CORRUPT, and its lane goes on. */
class DamagedRowTest {
  private static final RetryPause AT_ONCE =
      new RetryPause(Duration.ofMillis(1), Duration.ofMillis(1));

  @TempDir Path directory;

  private QueueFixture open() throws InterruptedException {
    return QueueFixture.open(directory, QueueOptions.of("q").retry(AT_ONCE));
  }

  private static void damage(QueueFixture fixture, String sql) throws InterruptedException {
    assertEquals(1, fixture.store().submit(Op.record("damage", tx -> tx.update(sql))).orThrow());
  }

  private static TaskSpec<Bytes> withHeaders(String body) {
    var how = TaskOptions.DEFAULTS.withHeaders(Map.of("h", "value"));
    return new TaskSpec<>(LANE, "test.kind", Bytes.utf8(body), how);
  }

  @ParameterizedTest
  @CsvSource({
    "errors = x'78', history",
    "errors = x'fe0a', history",
    "headers = x'ff', checksum",
    "headers = NULL, checksum",
    "kind = 'tesu.kind', checksum",
    "attempt = -294967295, attempts",
    "attempt = 5, attempts",
    "crash = -1, crashes",
    "body = x'00', checksum"
  })
  void aDamagedCellEndsItsTaskAlone(String cell, String why) throws Exception {
    try (var fixture = open()) {
      fixture.queue().enqueue(withHeaders("a")).orThrow();
      fixture.queue().settle(fixture.lease(), new Retry(WHY, Duration.ZERO)).orThrow();
      damage(fixture, "UPDATE task SET " + cell);
      var waiting = new FutureTask<>(() -> fixture.queue().leaseLane(LANE, 1, PATIENCE).orThrow());
      Thread.ofVirtual().start(waiting);
      fixture.enqueue("b");
      assertEquals(List.of("b"), bodies(waiting.get(90, TimeUnit.SECONDS)));
      var dead = fixture.queue().poison().show(1).orThrow().orElseThrow();
      assertEquals(Reason.CORRUPT, dead.reason());
      assertTrue(dead.why().contains(why), dead::why);
    }
  }

  /** Whoever holds it may still say what became of it, and the next start takes it back. */
  @Test
  void aDamagedHistoryKeepsNobodyFromSettlingOrOpening() throws Exception {
    try (var fixture = open()) {
      fixture.enqueue("a");
      var lease = fixture.lease();
      damage(fixture, "UPDATE task SET errors = x'78'");
      fixture.queue().settle(lease, new Retry(WHY, Duration.ZERO)).orThrow();
      assertEquals(2, fixture.lease().attempt());
      damage(fixture, "UPDATE task SET errors = x'78'");
      fixture.store().close(); // as a crash leaves it: leased
    }
    try (var fixture = open()) {
      var lease = fixture.lease();
      assertEquals(List.of(3, 1), List.of(lease.attempt(), lease.crashes()));
    }
  }

  /** Q29 What is damaged of the dead is left out, and their readers get on. */
  @Test
  void aReaderGetsPastADamagedDeadTask() throws Exception {
    try (var fixture = open()) {
      for (var body : List.of("a", "b")) {
        fixture.queue().enqueue(withHeaders(body)).orThrow();
        fixture.queue().settle(fixture.lease(), new Poison(WHY)).orThrow();
      }
      damage(fixture, "UPDATE dead SET errors = x'78', headers = x'79' WHERE did = 1");
      var taken = fixture.queue().poison().take("r", Duration.ZERO).orThrow();
      assertEquals(List.of("a", "b"), taken.stream().map(dead -> dead.body().utf8()).toList());
      assertEquals(List.of(), taken.getFirst().errors());
      assertEquals(Map.of(), taken.getFirst().headers());
      assertFalse(taken.getLast().errors().isEmpty());
      assertEquals(Reason.CORRUPT, Reason.of(77));
    }
  }

  /** A file that an earlier version wrote has checksums of bodies alone. */
  @Test
  void aChecksumOfTheBodyAloneIsStillOne() throws Exception {
    try (var fixture = open()) {
      fixture.queue().enqueue(withHeaders("a")).orThrow();
      var crc = new java.util.zip.CRC32C();
      crc.update('a');
      damage(fixture, "UPDATE task SET crc = " + crc.getValue());
      assertEquals(Map.of("h", "value"), fixture.lease().headers());
    }
  }
}
