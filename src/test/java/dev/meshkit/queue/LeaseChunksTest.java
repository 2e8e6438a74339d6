package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import dev.meshkit.store.Op;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Q32 A backlog whose time is over, as a node finds it that was away for long: it ends a few at a
 * transaction, so that others have their turn of the writer, and whoever waits behind it is served.
 */
@Timeout(120)
class LeaseChunksTest {
  private static final QueueOptions OPTIONS =
      QueueOptions.of("mesh-out")
          .carrier()
          .retention(
              new QueueOptions.Retention(
                  Duration.ofDays(99), 9_999, 64 << 20, 9, Duration.ofDays(30)));

  @TempDir Path directory;
  private final ManualClocks clocks = new ManualClocks();

  /** How a worker asks for tasks. */
  private interface Worker {
    List<Lease<Bytes>> lease(DurableQueue<Bytes> queue) throws InterruptedException;
  }

  @Test
  void whoWaitsForAnyIsServedBehindABacklogThatIsOver() throws Exception {
    behind(5_000, queue -> queue.lease(9, PATIENCE).orThrow());
  }

  @Test
  void whoWaitsForTheLaneIsServedBehindABacklogThatIsOver() throws Exception {
    behind(500, queue -> queue.leaseLane(LANE, 9, PATIENCE).orThrow());
  }

  @Test
  void whoWillNotWaitIsServedBehindABacklogThatIsOver() throws Exception {
    behind(500, queue -> queue.lease(9, Duration.ZERO).orThrow());
  }

  /** One lane's backlog does not keep what another has from whoever asks now. */
  @Test
  void anotherLaneIsServedInTheSameTransaction() throws Exception {
    try (var fixture = QueueFixture.open(directory, OPTIONS, clocks)) {
      late(fixture, 500);
      fixture.enqueue(Lane.of("eu/n3"), "other");
      assertEquals(List.of("other"), fixture.leaseNow(1));
      assertTrue(dead(fixture) <= Leasing.MOST_ENDED, "ended: " + dead(fixture));
    }
  }

  private void behind(int many, Worker worker) throws Exception {
    try (var fixture = QueueFixture.open(directory, OPTIONS, clocks)) {
      late(fixture, many);
      fixture.enqueue("live");
      assertEquals(List.of("live"), QueueFixture.bodies(worker.lease(fixture.queue())));
      assertEquals(many, dead(fixture));
      var most = fixture.number("SELECT max(n) FROM (SELECT count(*) n FROM spy GROUP BY batch)");
      assertTrue(most <= Leasing.MOST_ENDED, "in one transaction: " + most);
      assertEquals(0, fixture.number(CountersTest.WRONG));
    }
  }

  private static long dead(QueueFixture fixture) throws InterruptedException {
    return fixture.number("SELECT count(*) FROM spy");
  }

  /**
   * So many that were sent before, too long ago, which a lease alone finds; and a spy that notes in
   * which transaction each ends.
   */
  private void late(QueueFixture fixture, int many) throws InterruptedException {
    var tasks = new ArrayList<TaskSpec<Bytes>>();
    for (var i = 0; i < many; i++)
      tasks.add(new TaskSpec<>(LANE, "t", Bytes.EMPTY, TaskOptions.DEFAULTS));
    for (var from = 0; from < many; from += 500)
      fixture.queue().enqueueAll(tasks.subList(from, Math.min(many, from + 500))).orThrow();
    fixture
        .store()
        .submit(
            Op.record(
                "test.spy",
                tx -> {
                  tx.update("UPDATE task SET exp = 0, origin = seq");
                  tx.update("CREATE TABLE spy (batch INTEGER)");
                  return tx.update(
                      "CREATE TRIGGER spies AFTER INSERT ON dead BEGIN"
                          + " INSERT INTO spy SELECT batch FROM progress; END");
                }))
        .orThrow();
    clocks.advance(Duration.ofDays(31));
  }
}
