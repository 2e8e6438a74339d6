package dev.meshkit.queue;

import static dev.meshkit.queue.QueueFixture.LANE;
import static dev.meshkit.queue.QueueFixture.WHY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Disposition.Poison;
import dev.meshkit.api.Disposition.Unreachable;
import dev.meshkit.observe.Meters;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Q41 What a queue counts is there at 0 from the start, and its events are made by what it does.
 */
@Timeout(120)
class QueueMetersTest {
  private static final Audit BY = new Audit("ana", "mended");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final String QUEUE = "{queue=\"q\"}";

  @TempDir Path directory;
  private final ManualClocks clocks = new ManualClocks();

  private QueueFixture open() throws Exception {
    var options = QueueOptions.of("q").relaxed();
    return QueueFixture.open(directory, options.capacity(options.capacity().withTasks(10)), clocks);
  }

  @Test
  void everyMeterOfAQueueIsThereFromTheStart() {
    var scrape = new Meters(Map.of("queue", List.of("q"), "peer", List.of("eu/n2"))).scrape();
    for (var name :
        List.of(
            "tasks{class=\"BULK\",queue=\"q\",state=\"DEAD\"}",
            "head_age_seconds" + QUEUE,
            "enqueued_total{outcome=\"ACCEPTED\"}",
            "settled_total{outcome=\"STALE\"}",
            "dead_total{reason=\"CORRUPT\"}",
            "redriven_total",
            "stale_total",
            "pickup_seconds_count",
            "delivery_seconds_count",
            "attempts_count",
            "pressure" + QUEUE,
            "breaker_open{peer=\"eu/n2\"}",
            "inbox_total{verdict=\"APPLIED\"}")) {
      assertEquals(0, value(scrape, name), name);
    }
  }

  /** Times are those of the wall clock between two commits, whoever asks and however late. */
  @Test
  void timesAttemptsAndStaleSettlementsAreCounted() throws Exception {
    try (var fixture = open()) {
      fixture.enqueue(new Lane("eu/n9", TrafficClass.CONTROL), "waits");
      fixture.enqueue("a");
      clocks.advance(Duration.ofSeconds(3));
      assertEquals(3, value(fixture, "head_age_seconds" + QUEUE));
      assertEquals(1, value(fixture, "tasks{class=\"CONTROL\",queue=\"q\",state=\"READY\"}"));
      var lease = fixture.queue().leaseLane(LANE, 1, Duration.ZERO).orThrow().getFirst();
      assertEquals(1, value(fixture, "pickup_seconds_count"));
      assertEquals(3, value(fixture, "pickup_seconds_sum"));
      clocks.advance(Duration.ofSeconds(1));
      fixture.queue().settle(lease, new Disposition.Release()).orThrow();
      lease = fixture.queue().leaseLane(LANE, 1, Duration.ZERO).orThrow().getFirst();
      assertEquals(1, value(fixture, "pickup_seconds_count")); // the first lease alone
      fixture.queue().settle(lease, Ack.plain()).orThrow();
      assertEquals(1, value(fixture, "delivery_seconds_count"));
      assertEquals(4, value(fixture, "delivery_seconds_sum"));
      assertEquals(1, value(fixture, "attempts_sum"));
      assertInstanceOf(Settled.Stale.class, fixture.queue().settle(lease, Ack.plain()).orThrow());
      assertEquals(1, value(fixture, "stale_total"));
    }
  }

  /** Each task is in one state, and counted there. */
  @Test
  void tasksAreCountedByWhatTheyAre() throws Exception {
    try (var fixture = open()) {
      for (var i = 0; i < 5; i++) fixture.enqueue("t" + i);
      var held = fixture.queue().leaseLane(LANE, 4, Duration.ZERO).orThrow();
      fixture.queue().settle(held.get(0), new Poison(WHY)).orThrow();
      fixture.queue().settle(held.get(1), new Disposition.Snooze(HOUR, "later")).orThrow();
      var states = List.of("READY", "DELAYED", "LEASED", "DEAD");
      assertEquals(
          List.of(1.0, 1.0, 2.0, 1.0),
          states.stream()
              .map(state -> "tasks{class=\"BULK\",queue=\"q\",state=\"" + state + "\"}")
              .map(name -> value(fixture, name))
              .toList());
    }
  }

  /** One queue's life, by its events: each is committed by what it tells of. */
  @Test
  void whatAQueueDoesIsRecorded() throws Exception {
    try (var recording = new Recording();
        var fixture = open()) {
      for (var name :
          List.of(
              "QueueLease",
              "QueueSettle",
              "QueuePressure",
              "BreakerChange",
              "MessageDead",
              "Redrive")) {
        recording.enable("meshkit." + name);
      }
      recording.start();
      for (var i = 0; i < 8; i++) fixture.enqueue("t" + i); // of 10: the pressure is high
      assertEquals(1, value(fixture, "pressure" + QUEUE));
      clocks.advance(Duration.ofMillis(150));
      for (var i = 0; i < 3; i++) settle(fixture, new Unreachable(WHY)); // the breaker opens
      assertEquals(1, value(fixture, "breaker_open{peer=\"eu/n2\"}"));
      fixture.queue().linkUp(LANE.key());
      settle(fixture, new Poison(WHY)); // and is closed by a word from a worker
      assertEquals(0, valueOr(fixture, "breaker_open{peer=\"eu/n2\"}", 0));
      for (var i = 0; i < 2; i++) settle(fixture, Ack.plain()); // 5 are left: low again
      assertEquals(0, value(fixture, "pressure" + QUEUE));
      var job =
          fixture.queue().poison().redrive(PoisonFilter.ALL, RedriveOptions.DEFAULTS, BY).orThrow();
      fixture.queue().poison().await(job.id(), QueueFixture.PATIENCE).orThrow();
      assertEquals(1, value(fixture, "redriven_total"));
      recording.stop();
      var made = recorded(recording);
      var first = only(made, "QueueLease").getFirst();
      assertEquals("eu/n2/bulk", first.getString("lane"));
      assertEquals(Duration.ofMillis(150), first.getDuration("wait"));
      assertEquals(List.of("HIGH", "LOW"), texts(made, "QueuePressure", "level"));
      assertEquals(
          List.of("OPEN", "HALF_OPEN", "PROBING", "CLOSED"), texts(made, "BreakerChange", "state"));
      assertEquals(List.of("PERMANENT"), texts(made, "MessageDead", "reason"));
      assertEquals(List.of("ana"), texts(made, "Redrive", "actor"));
      assertEquals(
          List.of("UNREACHABLE", "UNREACHABLE", "UNREACHABLE", "POISON", "ACK", "ACK"),
          texts(made, "QueueSettle", "outcome"));
    }
  }

  /** Q28 A breaker's whole life: its pause over, its probes, one that found out nothing. */
  @Test
  void theProbesOfABreakerAreRecorded() throws Exception {
    try (var recording = new Recording();
        var fixture = open()) {
      recording.enable("meshkit.BreakerChange");
      recording.start();
      for (var i = 0; i < 3; i++) fixture.enqueue("t" + i);
      for (var i = 0; i < 3; i++) settle(fixture, new Unreachable(WHY));
      fixture.pass(clocks, Duration.ofSeconds(1));
      settle(fixture, new Disposition.Release());
      settle(fixture, new Unreachable(WHY));
      recording.stop();
      var made = recorded(recording);
      assertEquals(
          List.of("OPEN", "HALF_OPEN", "PROBING", "HALF_OPEN", "PROBING", "OPEN"),
          texts(made, "BreakerChange", "state"));
      assertEquals(
          List.of(3, 3, 3, 3, 3, 4),
          only(made, "BreakerChange").stream().map(event -> event.getInt("failures")).toList());
    }
  }

  /** A lease after one that ran out says so. */
  @Test
  void aLeaseAfterOneThatRanOutSaysSo() throws Exception {
    try (var recording = new Recording();
        var fixture = open()) {
      recording.enable("meshkit.QueueLease");
      recording.start();
      fixture.enqueue("a");
      fixture.lease();
      fixture.pass(clocks, Duration.ofSeconds(40));
      fixture.pass(clocks, Duration.ofMinutes(1)); // the pause after a failure
      assertEquals(2, fixture.lease().attempt());
      recording.stop();
      assertEquals(
          List.of(false, true),
          only(recorded(recording), "QueueLease").stream()
              .map(event -> event.getBoolean("expired"))
              .toList());
    }
  }

  private static void settle(QueueFixture fixture, Disposition said) throws Exception {
    fixture.queue().settle(fixture.lease(), said).orThrow();
  }

  private List<RecordedEvent> recorded(Recording recording) throws Exception {
    var file = directory.resolve("recording.jfr");
    recording.dump(file);
    var all = new ArrayList<>(RecordingFile.readAllEvents(file));
    all.sort(java.util.Comparator.comparing(RecordedEvent::getStartTime));
    return all;
  }

  private static List<RecordedEvent> only(List<RecordedEvent> made, String name) {
    return made.stream()
        .filter(event -> event.getEventType().getName().equals("meshkit." + name))
        .toList();
  }

  private static List<String> texts(List<RecordedEvent> made, String name, String field) {
    return only(made, name).stream().map(event -> event.getString(field)).toList();
  }

  private static double value(QueueFixture fixture, String series) {
    return value(fixture.store().meters().scrape(), series);
  }

  private static double valueOr(QueueFixture fixture, String series, double absent) {
    var value = value(fixture, series);
    return Double.isNaN(value) ? absent : value;
  }

  private static double value(String scrape, String series) {
    var beginning = "meshkit_queue_" + series + " ";
    return scrape
        .lines()
        .filter(line -> line.startsWith(beginning))
        .mapToDouble(line -> Double.parseDouble(line.substring(beginning.length())))
        .findFirst()
        .orElse(Double.NaN);
  }
}
