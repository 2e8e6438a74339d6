package dev.meshkit.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The catalogue as a scrape shows it (O20). */
class MetersTest {
  private static final Pattern FAMILY = Pattern.compile("(?m)^# TYPE (meshkit_\\S+) (\\S+)$");

  private static Map<String, List<String>> allKnown() {
    return Arrays.stream(Metric.values())
        .flatMap(metric -> metric.labels().stream())
        .filter(Metric.Label::isOpen)
        .collect(Collectors.toMap(Metric.Label::name, _ -> List.of("one"), (same, _) -> same));
  }

  @Test
  void aScrapeEqualsTheCatalogue() {
    // given every open label with a known value
    try (var meters = new Meters(allKnown())) {
      // when a node prints what it has, before anything happened
      var printed =
          FAMILY
              .matcher(meters.scrape())
              .results()
              .map(family -> family.group(1) + " " + family.group(2))
              .filter(family -> !family.contains("_max ")) // Micrometer adds one to a histogram
              .collect(Collectors.toCollection(TreeSet::new));
      // then it is what the catalogue declares, no more and no less
      var declared =
          Arrays.stream(Metric.values())
              .map(metric -> "meshkit_" + metric.id() + " " + printedType(metric))
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(declared, printed);
    }
  }

  @Test
  void closedLabelSetsAreThereAtZeroFromTheStart() {
    try (var meters = new Meters(Map.of("scope", List.of("global")))) {
      var text = meters.scrape();
      assertSeries(text, "meshkit_queue_dead_total{reason=\"CRASH_LOOP\"}", "0.0");
      assertSeries(text, "meshkit_elections_total{result=\"WON\",scope=\"global\"}", "0.0");
      assertSeries(text, "meshkit_election_has_leader{scope=\"global\"}", "0.0");
      assertSeries(text, "meshkit_store_commit_seconds_count{file=\"mesh.db\"}", "0");
    }
  }

  @Test
  void leadershipIsComputedWhileAScrapeRuns() {
    try (var meters = new Meters(Map.of("scope", List.of("global")))) {
      // given a leader
      var leader = new AtomicBoolean(true);
      meters.gauge(Metric.ELECTION_HAS_LEADER, () -> leader.get() ? 1 : 0, "global");
      assertSeries(meters.scrape(), "meshkit_election_has_leader{scope=\"global\"}", "1.0");
      // when it is lost, then the very next scrape says so
      leader.set(false);
      assertSeries(meters.scrape(), "meshkit_election_has_leader{scope=\"global\"}", "0.0");
    }
  }

  @Test
  void countsTimesAndSizesAddUp() {
    try (var meters = new Meters(Map.of())) {
      meters.count(Metric.QUEUE_ENQUEUED_TOTAL, "ACCEPTED");
      meters.add(Metric.QUEUE_ENQUEUED_TOTAL, 2, "ACCEPTED");
      meters.time(Metric.STORE_COMMIT_SECONDS, Duration.ofMillis(4), "mesh.db");
      meters.size(Metric.STORE_OPS_PER_COMMIT, 7, "mesh.db");
      meters.counted(Metric.MAILBOX_REJECTED_TOTAL, () -> 9, "gossip");
      var text = meters.scrape();
      assertSeries(text, "meshkit_queue_enqueued_total{outcome=\"ACCEPTED\"}", "3.0");
      assertSeries(text, "meshkit_store_commit_seconds_bucket{file=\"mesh.db\",le=\"0.002\"}", "0");
      assertSeries(text, "meshkit_store_commit_seconds_bucket{file=\"mesh.db\",le=\"0.005\"}", "1");
      assertSeries(text, "meshkit_store_ops_per_commit_sum{file=\"mesh.db\"}", "7.0");
      assertSeries(text, "meshkit_mailbox_rejected_total{loop=\"gossip\"}", "9.0");
    }
  }

  @Test
  void aCountKeptElsewhereReplacesThePreparedZero() {
    try (var meters = new Meters(Map.of("loop", List.of("gossip")))) {
      meters.counted(Metric.LOOP_TURNS_TOTAL, () -> 5, "gossip");
      assertSeries(meters.scrape(), "meshkit_loop_turns_total{loop=\"gossip\"}", "5.0");
    }
  }

  @Test
  void aSeriesThatEndsIsGoneUnlessItIsKnown() {
    try (var meters = new Meters(Map.of("region", List.of("eu")))) {
      var us = new AtomicBoolean(true);
      meters.gauges(
          Metric.MEMBERS, () -> us.get() ? List.of(Meters.Level.of(2, "us", "ALIVE")) : List.of());
      assertSeries(meters.scrape(), "meshkit_members{region=\"us\",status=\"ALIVE\"}", "2.0");
      us.set(false);
      var text = meters.scrape();
      assertTrue(!text.contains("region=\"us\""), text);
      assertSeries(text, "meshkit_members{region=\"eu\",status=\"ALIVE\"}", "0.0");
    }
  }

  @Test
  void anOpenLabelStopsGrowing() {
    try (var meters = new Meters(Map.of())) {
      IntStream.range(0, Meters.OPEN_VALUES + 10)
          .forEach(i -> meters.count(Metric.GOSSIP_REFUSED_TOTAL, "reason-" + i));
      assertSeries(meters.scrape(), "meshkit_gossip_refused_total{reason=\"_other\"}", "10.0");
    }
  }

  @Test
  void aValueOutsideAClosedSetIsABug() {
    try (var meters = new Meters(Map.of())) {
      assertThrows(
          IllegalArgumentException.class, () -> meters.count(Metric.QUEUE_DEAD_TOTAL, "TIRED"));
      assertThrows(IllegalArgumentException.class, () -> meters.count(Metric.QUEUE_DEAD_TOTAL));
      assertThrows(IllegalArgumentException.class, () -> meters.count(Metric.READY));
    }
  }

  @Test
  void theBuildSaysWhatItIs() {
    var build = BuildInfo.current();
    assertTrue(build.version().matches("[0-9]+\\.[0-9]+\\.[0-9]+.*"), build.toString());
    assertTrue(!build.commit().contains("$"), build.toString());
  }

  private static void assertSeries(String text, String series, String value) {
    assertTrue(text.lines().anyMatch((series + " " + value)::equals), series + " in\n" + text);
  }

  private static String printedType(Metric metric) {
    return switch (metric.type()) {
      case COUNTER -> "counter";
      case GAUGE -> "gauge";
      case SECONDS, SIZES -> "histogram";
    };
  }
}
