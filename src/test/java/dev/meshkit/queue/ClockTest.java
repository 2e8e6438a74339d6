package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.PATIENCE;
import static dev.meshkit.queue.QueueFixture.WHY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Retry;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clocks that jump, on clocks that the test owns: Q13, Q27. */
class ClockTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path directory;

  private final QueueOptions options = QueueOptions.of("q").relaxed();
  private final ManualClocks clocks = new ManualClocks();

  /** Q27 Delays and TTL follow the queue clock, whatever the wall clock does while running. */
  @ParameterizedTest
  @ValueSource(longs = {1, -1, 87_600, -87_600})
  void delaysAndTimesToLiveFollowNoJump(long hours) throws Exception {
    try (var fixture = QueueFixture.open(directory, options, clocks)) {
      enqueue(fixture, "later", new When.After(MINUTE), Duration.ZERO);
      enqueue(fixture, "mortal", new When.Now(), MINUTE);
      clocks.jumpWall(Duration.ofHours(hours));
      fixture.pass(clocks, Duration.ofSeconds(58));
      assertEquals(1, fixture.queue().stats().ready());
      assertEquals(1, fixture.queue().stats().delayed());
      fixture.pass(clocks, Duration.ofSeconds(14));
      assertEquals(List.of("later"), fixture.leaseNow(9));
      assertEquals(1, fixture.queue().stats().dead());
    }
  }

  /** Q27 At follows the wall clock: what it jumps over is due at once. */
  @ParameterizedTest
  @ValueSource(longs = {1, 87_600})
  void anAppointmentThatTheClockJumpsOverIsDue(long hours) throws Exception {
    try (var fixture = QueueFixture.open(directory, options, clocks)) {
      at(fixture, "soon", Duration.ofMinutes(50));
      at(fixture, "far", Duration.ofHours(hours).plusMinutes(10));
      fixture.pass(clocks, MINUTE);
      assertEquals(2, fixture.queue().stats().delayed());
      clocks.jumpWall(Duration.ofHours(hours));
      fixture.pass(clocks, Duration.ofSeconds(1));
      var soon = fixture.lease();
      assertEquals("soon", soon.value().utf8());
      fixture.queue().settle(soon, Ack.plain()).orThrow();
      fixture.pass(clocks, Duration.ofMinutes(9).minusSeconds(2));
      assertEquals(List.of(), fixture.leaseNow(9));
      fixture.pass(clocks, Duration.ofSeconds(2));
      assertEquals(List.of("far"), fixture.leaseNow(9));
      assertJumps(fixture, 1);
    }
  }

  /** Q27 A clock that is set back starts no appointment early, nor twice when it is mended. */
  @ParameterizedTest
  @ValueSource(longs = {-1, -87_600})
  void anAppointmentWaitsForAClockThatWasSetBack(long hours) throws Exception {
    try (var fixture = QueueFixture.open(directory, options, clocks)) {
      at(fixture, "a", MINUTE);
      clocks.jumpWall(Duration.ofHours(hours));
      fixture.pass(clocks, HOUR);
      assertEquals(List.of(), fixture.leaseNow(9));
      clocks.jumpWall(Duration.ofHours(-hours));
      fixture.pass(clocks, Duration.ofSeconds(1));
      var lease = fixture.lease();
      assertEquals(1, lease.attempt());
      fixture.queue().settle(lease, Ack.plain()).orThrow();
      assertEquals(0, fixture.number("SELECT count(*) FROM task"));
      assertJumps(fixture, 2);
    }
  }

  /** Q27 Moved in chunks: more than one page of them, all of one due time. */
  @Test
  void manyAppointmentsMoveTogether() throws Exception {
    try (var fixture = QueueFixture.open(directory, options.laneWindow(2_000), clocks)) {
      var many = new ArrayList<TaskSpec<Bytes>>();
      for (var i = 0; i < 1_200; i++) {
        var when = new When.At(clocks.clocks().wall().instant().plus(HOUR));
        many.add(spec("t" + i, when, Duration.ZERO));
      }
      fixture.queue().enqueueAll(many).orThrow();
      clocks.jumpWall(HOUR.multipliedBy(-1));
      fixture.queue().tick();
      var q = fixture.store().clock().instant().toEpochMilli();
      var two = HOUR.multipliedBy(2).toMillis();
      assertEquals(1_200, fixture.number("SELECT count(*) FROM task WHERE due = " + (q + two)));
      clocks.jumpWall(HOUR.multipliedBy(2));
      for (var i = 0; i < 4; i++) fixture.queue().tick(); // a page of promotions each
      assertEquals(1_200, fixture.queue().lease(1_200, PATIENCE).orThrow().size());
    }
  }

  /** A small step, and the pause of a failed attempt, are no matter of the wall clock. */
  @Test
  void aRetryIsNoAppointment() throws Exception {
    try (var fixture = QueueFixture.open(directory, options, clocks)) {
      at(fixture, "a", MINUTE);
      fixture.pass(clocks, MINUTE);
      fixture.queue().settle(fixture.lease(), new Retry(WHY, HOUR)).orThrow();
      clocks.jumpWall(Duration.ofSeconds(2));
      fixture.pass(clocks, MINUTE);
      assertJumps(fixture, 0);
      clocks.jumpWall(HOUR.multipliedBy(3));
      fixture.pass(clocks, MINUTE);
      assertEquals(List.of(), fixture.leaseNow(9));
      assertJumps(fixture, 1);
    }
  }

  /** Q27 A wall clock set back while the node was down delays nothing but appointments. */
  @ParameterizedTest
  @ValueSource(longs = {-1, -87_600})
  void aClockSetBackWhileDownDelaysNothing(long hours) throws Exception {
    try (var fixture = QueueFixture.open(directory, options, clocks)) {
      enqueue(fixture, "later", new When.After(MINUTE), Duration.ZERO);
      at(fixture, "at", MINUTE);
    }
    clocks.jumpWall(Duration.ofHours(hours));
    try (var fixture = QueueFixture.open(directory, options, clocks)) {
      fixture.pass(clocks, Duration.ofSeconds(59));
      assertEquals(List.of(), fixture.leaseNow(9));
      fixture.pass(clocks, Duration.ofSeconds(2));
      assertEquals(List.of("later"), fixture.leaseNow(9));
      clocks.jumpWall(Duration.ofHours(-hours));
      fixture.pass(clocks, Duration.ofSeconds(1));
      assertEquals(List.of("at"), fixture.leaseNow(9));
      assertJumps(fixture, 2);
    }
  }

  /** Q27 A wild clock ahead expires at most max_downtime's worth, and appointments come due. */
  @Test
  void aWildClockAheadWhileDownExpiresNoMoreThanAWeek() throws Exception {
    try (var fixture = QueueFixture.open(directory, options, clocks)) {
      enqueue(fixture, "six", new When.Now(), Duration.ofDays(6));
      enqueue(fixture, "eight", new When.Now(), Duration.ofDays(8));
      enqueue(fixture, "later", new When.After(Duration.ofDays(8)), Duration.ofDays(9));
      at(fixture, "at", Duration.ofDays(300));
    }
    clocks.jumpWall(Duration.ofDays(3_650));
    try (var fixture = QueueFixture.open(directory, options, clocks)) {
      fixture.pass(clocks, Duration.ofSeconds(12));
      assertEquals(Set.of("eight", "at"), Set.copyOf(fixture.leaseNow(9)));
      assertEquals(1, fixture.queue().stats().dead());
      assertEquals(1, fixture.queue().stats().delayed());
      assertJumps(fixture, 1);
    }
  }

  /** Q27 An hour down is an hour: no jump, and all that came due meanwhile is there. */
  @Test
  void timeThatPassesWhileDownCounts() throws Exception {
    try (var fixture = QueueFixture.open(directory, options, clocks)) {
      enqueue(fixture, "later", new When.After(MINUTE), Duration.ZERO);
      at(fixture, "at", MINUTE);
      at(fixture, "tomorrow", Duration.ofDays(1));
    }
    clocks.advance(HOUR);
    try (var fixture = QueueFixture.open(directory, options, clocks)) {
      fixture.queue().tick();
      assertEquals(Set.of("later", "at"), Set.copyOf(fixture.leaseNow(9)));
      assertJumps(fixture, 0);
    }
  }

  /** Q13 A pause of two leases expires none, and takes nothing from what a handler may run. */
  @Test
  void aPausedMachineCostsAHandlerNothing() throws Exception {
    var brief = options.lease(Duration.ofSeconds(30), Duration.ofSeconds(60));
    try (var fixture = QueueFixture.open(directory, brief, clocks)) {
      fixture.enqueue("a");
      var held = fixture.lease();
      fixture.pass(clocks, Duration.ofSeconds(20));
      assertTrue(fixture.queue().heartbeat(held).isOk());
      clocks.advance(MINUTE);
      fixture.queue().tick();
      for (var i = 0; i < 3; i++) {
        assertTrue(fixture.queue().heartbeat(held).orThrow().isPositive());
        fixture.pass(clocks, Duration.ofSeconds(10));
      }
      assertEquals(new Settled.Done(), fixture.queue().settle(held, Ack.plain()).orThrow());
    }
  }

  /** Q13, Q27 Nor does a wall clock that jumps under a lease. */
  @ParameterizedTest
  @ValueSource(longs = {1, -1, 87_600, -87_600})
  void aLeaseFollowsNoJump(long hours) throws Exception {
    try (var fixture = QueueFixture.open(directory, options, clocks)) {
      fixture.enqueue("a");
      var held = fixture.lease();
      clocks.jumpWall(Duration.ofHours(hours));
      fixture.pass(clocks, Duration.ofSeconds(29));
      assertEquals(1, fixture.queue().stats().leased());
      assertEquals(new Settled.Done(), fixture.queue().settle(held, Ack.plain()).orThrow());
    }
  }

  private void at(QueueFixture fixture, String body, Duration ahead) throws InterruptedException {
    var when = new When.At(clocks.clocks().wall().instant().plus(ahead));
    enqueue(fixture, body, when, Duration.ofDays(3_000));
  }

  private static void enqueue(QueueFixture fixture, String body, When when, Duration ttl)
      throws InterruptedException {
    fixture.queue().enqueue(spec(body, when, ttl)).orThrow();
  }

  private static TaskSpec<Bytes> spec(String body, When when, Duration ttl) {
    var defaults = TaskOptions.DEFAULTS.withWhen(when);
    return new TaskSpec<>(
        LANE,
        "k",
        Bytes.utf8(body),
        ttl.isZero() ? defaults : defaults.withTtl(ttl, OnExpiry.POISON));
  }

  private static void assertJumps(QueueFixture fixture, int jumps) {
    assertEquals(jumps, fixture.store().clockJumps());
    var line = "meshkit_store_clock_jump_total{file=\"mesh.db\"} " + jumps + ".0";
    assertTrue(fixture.store().meters().scrape().contains(line), line);
  }
}
