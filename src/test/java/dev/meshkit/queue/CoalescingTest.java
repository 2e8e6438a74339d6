package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.WHY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Release;
import dev.meshkit.api.Disposition.Retry;
import dev.meshkit.api.Disposition.Snooze;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Q21 Coalescing keeps ≤ 2 rows and ≤ 1 lease a key and the older place, and never changes a leased
 * body. That it keeps to two and one through 100,000 random operations is in {@link CountersTest}.
 */
class CoalescingTest {
  @TempDir Path directory;

  private final ManualClocks clocks = new ManualClocks();
  private QueueFixture fixture;

  @BeforeEach
  void open() throws Exception {
    fixture = QueueFixture.open(directory, QueueOptions.of("q").relaxed(), clocks);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private Enqueued put(String key, String body) throws InterruptedException {
    var options = TaskOptions.DEFAULTS.withCoalesceKey(key);
    return fixture.queue().enqueue(new TaskSpec<>(LANE, "k", Bytes.utf8(body), options)).orThrow();
  }

  @Test
  void theNewerTakesThePlaceOfTheOlder() throws Exception {
    var old = put("x", "x1");
    fixture.enqueue("y");
    var now = assertInstanceOf(Enqueued.Coalesced.class, put("x", "x2"));
    assertEquals(old.id(), now.replaced());
    assertEquals(List.of("x2", "y"), fixture.leaseNow(5));
  }

  /** Another lane, another key, no key: nothing to do with it. */
  @Test
  void onlyTasksOfOneLaneAndKeyCoalesce() throws Exception {
    put("x", "x1");
    put("z", "z1");
    fixture.enqueue("plain");
    var other =
        new TaskSpec<>(
            Lane.of("eu/other"), "k", Bytes.utf8("x2"), TaskOptions.DEFAULTS.withCoalesceKey("x"));
    assertInstanceOf(Enqueued.Accepted.class, fixture.queue().enqueue(other).orThrow());
    assertEquals(4, fixture.leaseNow(9).size());
  }

  @Test
  void aLeasedOneIsLeftAloneAndTheNewerWaitsForItsEnd() throws Exception {
    put("x", "x1");
    var leased = fixture.lease();
    assertInstanceOf(Enqueued.Accepted.class, put("x", "x2"));
    assertInstanceOf(Enqueued.Coalesced.class, put("x", "x3"));
    assertEquals(List.of(), fixture.leaseNow(5), "one lease a key");
    assertEquals("x1", leased.value().utf8());
    assertEquals(new Settled.Done(), fixture.queue().settle(leased, Ack.plain()).orThrow());
    assertEquals(List.of("x3"), fixture.leaseNow(5));
  }

  static Stream<Disposition> comingBack() {
    return Stream.of(
        new Retry(WHY, Duration.ZERO), new Snooze(Duration.ofSeconds(1), "busy"), new Release());
  }

  @ParameterizedTest
  @MethodSource("comingBack")
  void oneThatComesBackIsSupersededByTheNewer(Disposition said) throws Exception {
    put("x", "x1");
    var leased = fixture.lease();
    put("x", "x2");
    assertEquals(new Settled.Superseded(), fixture.queue().settle(leased, said).orThrow());
    assertEquals(List.of("x2"), fixture.leaseNow(5));
    assertEquals(1, fixture.number("SELECT count(*) FROM task"));
  }

  @Test
  void oneWhoseLeaseExpiresIsSupersededToo() throws Exception {
    put("x", "x1");
    fixture.lease();
    put("x", "x2");
    fixture.pass(clocks, Duration.ofSeconds(31));
    assertEquals(List.of("x2"), fixture.leaseNow(5));
    assertEquals(1, fixture.number("SELECT count(*) FROM task"));
  }

  /** One that failed and waits for its next attempt is replaced as well, and its pause is over. */
  @Test
  void oneThatWaitsForItsRetryIsReplaced() throws Exception {
    put("x", "x1");
    fixture.queue().settle(fixture.lease(), new Retry(WHY, Duration.ofMinutes(1))).orThrow();
    put("x", "x2");
    var next = fixture.lease();
    assertEquals("x2", next.value().utf8());
    assertEquals(1, next.attempt());
    assertEquals(0, fixture.queue().stats().delayed());
  }

  /** At a restart, too: what a dead process held comes back only if nothing newer waits. */
  @Test
  void whatADeadProcessHeldIsSupersededAtTheStart() throws Exception {
    put("x", "x1");
    fixture.lease();
    put("x", "x2");
    fixture.store().close(); // and the queue is not: its lease stays in the file
    open();
    assertEquals(List.of("x2"), fixture.leaseNow(5));
    assertEquals(1, fixture.number("SELECT count(*) FROM task"));
  }

  /**
   * A carrier's too, whose crashes charge nothing: else two would wait, the newest would take the
   * place of the older, and the one between them would be delivered last.
   */
  @Test
  void whatADeadCarrierHeldIsSupersededAtTheStart() throws Exception {
    fixture.close();
    openCarrier();
    put("x", "x1");
    fixture.lease();
    put("x", "x2");
    fixture.store().close(); // and the queue is not: its lease stays in the file
    openCarrier();
    put("x", "x3");
    assertEquals(List.of("x3"), fixture.leaseNow(5));
    assertEquals(1, fixture.number("SELECT count(*) FROM task"));
  }

  private void openCarrier() throws InterruptedException {
    fixture = QueueFixture.open(directory, QueueOptions.of("out").carrier(), clocks);
  }
}
