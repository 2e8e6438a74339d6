package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.task;
import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Q41 What every queue refuses, and how it says so: Q14, Q23, Q24, Q25. */
interface DoorContract {
  String HALF = "a\uD83Dz"; // half a surrogate pair: no UTF-8 has it
  int MOST_BYTES = 1 << 20;

  /** A queue on clocks of its own. */
  Bed open(QueueOptions options) throws InterruptedException;

  /** Q23 Who asks for nothing is told so: to wait at the front for nothing starves all others. */
  @Test
  default void whoAsksForNoTaskIsInNobodysWay() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      bed.enqueue("a");
      for (var none : List.of(0, -1)) {
        assertEquals("error.validation", error(bed.queue().lease(none, Duration.ZERO)).code());
        var lane = bed.queue().leaseLane(LANE, none, Duration.ZERO);
        assertEquals("error.validation", error(lane).code());
      }
      assertEquals(List.of("a"), bed.leaseNow(1));
    }
  }

  /** Q14 A heartbeat never answers less than nothing: when maxRun is over the lease is lost. */
  @Test
  default void aHeartbeatAfterMaxRunSaysThatTheLeaseIsLost() throws Exception {
    var rules = QueueOptions.of("q").lease(Duration.ofSeconds(10), Duration.ofSeconds(30));
    try (var bed = open(rules)) {
      bed.enqueue("a");
      var lease = bed.lease();
      for (var i = 0; i < 3; i++) {
        bed.pass(Duration.ofMillis(9_500));
        assertTrue(bed.queue().heartbeat(lease).orThrow().isPositive());
      }
      bed.pass(Duration.ofSeconds(1));
      assertEquals(Result.ok(Duration.ofMillis(500)), bed.queue().heartbeat(lease));
      for (var i = 0; i < 3; i++) { // to its very end and past it, before anybody needs to sweep
        bed.clocks().advance(Duration.ofMillis(500));
        assertEquals("error.taskqueue.lease_inactive", error(bed.queue().heartbeat(lease)).code());
      }
    }
  }

  /** Q25 Headers are few and small, and count with the body against its limit. */
  @Test
  default void headersAreBounded() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      var many =
          IntStream.rangeClosed(0, 64).boxed().collect(Collectors.toMap(i -> "h" + i, i -> ""));
      var few = Map.of("h", "x".repeat(16_383));
      assertTrue(refusal(bed, headers("a", many)).why().contains("65 headers"));
      var long1 = refusal(bed, headers("a", Map.of("h", "x".repeat(16_384))));
      assertTrue(long1.why().contains("16385 characters"), long1::text);
      bed.queue().enqueue(headers("a", few)).orThrow();
      var stored = 1 + 1 + 16_383 + 1; // name, tab, value, end of line
      bed.queue().enqueue(headers("x".repeat(MOST_BYTES - stored), few)).orThrow();
      var large = refusal(bed, headers("x".repeat(MOST_BYTES - stored + 1), few));
      assertTrue(large.why().contains("over 1 MiB"), large::text);
    }
  }

  /** Q25 And they take room. */
  @Test
  default void headersTakeRoom() throws Exception {
    var options = QueueOptions.of("q");
    var limit = options.capacity().withBytes(100).rejecting();
    try (var bed = open(options.capacity(limit))) {
      bed.queue().enqueue(headers("", Map.of("h", "x".repeat(57)))).orThrow();
      assertEquals(60, bed.queue().stats().bytes());
      var full = bed.queue().enqueue(headers("", Map.of("h", "x".repeat(57))));
      assertEquals("error.queue.full", error(full).code());
      assertEquals(List.of(""), bed.leaseNow(1));
    }
  }

  /** Q21 Two keys that differ stay two, so what cannot be stored as it is is no key. */
  @Test
  default void whatCannotBeStoredAsItIsIsNoText() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      var plain = TaskOptions.DEFAULTS;
      for (var how :
          List.of(
              plain.withDedupKey(HALF),
              plain.withCoalesceKey(HALF),
              plain.withHeaders(Map.of(HALF, "x")),
              plain.withHeaders(Map.of("x", HALF)))) {
        var refusal = refusal(bed, new TaskSpec<>(LANE, "k", Bytes.EMPTY, how));
        assertTrue(refusal.why().endsWith("half a surrogate pair at index 1"), refusal::text);
      }
      for (Executable made :
          List.<Executable>of(
              () -> Lane.of(HALF),
              () -> TaskSpec.of(LANE, HALF, Bytes.EMPTY),
              () -> new Audit(HALF, "x"),
              () -> new Audit("x", HALF),
              () -> TaskFilter.ofKind(HALF),
              () -> new PoisonFilter(0, "", HALF, ""),
              () -> RedriveOptions.DEFAULTS.withLane(HALF),
              () -> QueueOptions.of(HALF))) {
        var refused = assertThrows(IllegalArgumentException.class, made);
        assertTrue(String.valueOf(refused.getMessage()).contains("half a surrogate pair"));
      }
      bed.enqueue(LANE, "whole", plain.withDedupKey("\uD83D\uDE00"));
    }
  }

  /** Q24 Who stops other people's work, or lets it go on, says why; a weight is audited too. */
  @Test
  default void anOrderHasAReasonAndStandsInTheAudit() throws Exception {
    try (var bed = open(QueueOptions.of("q"))) {
      bed.enqueue("a");
      var silent = new Audit("ana", " ");
      var by = new Audit("ana", "it is larger");
      var queue = bed.queue();
      assertEquals("error.validation", error(queue.pause(new Target.Queue(), silent)).code());
      assertEquals("error.validation", error(queue.resume(new Target.Queue(), silent)).code());
      assertEquals("error.validation", error(queue.weigh(LANE, 2, silent)).code());
      assertEquals(List.of(), queue.poison().jobs(0, 9).orThrow());
      queue.weigh(LANE, 2, by).orThrow();
      var job = queue.poison().jobs(0, 9).orThrow().getFirst();
      assertEquals(List.of(Job.Kind.WEIGH, by), List.of(job.kind(), job.by()));
      assertEquals("lane\teu/n2/bulk\nqueue\tq\nweight\t2\n", job.what());
      assertEquals(List.of("a"), bed.leaseNow(1));
    }
  }

  private static MeshError refusal(Bed bed, TaskSpec<Bytes> spec) throws InterruptedException {
    var refusal = error(bed.queue().enqueue(spec));
    assertEquals("error.validation", refusal.code());
    return refusal;
  }

  private static TaskSpec<Bytes> headers(String body, Map<String, String> headers) {
    var plain = task(LANE, body);
    return new TaskSpec<>(
        plain.lane(), plain.kind(), plain.value(), TaskOptions.DEFAULTS.withHeaders(headers));
  }
}
