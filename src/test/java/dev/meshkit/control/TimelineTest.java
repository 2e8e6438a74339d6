package dev.meshkit.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.meshkit.control.RecordedFact.Changed;
import dev.meshkit.control.RecordedFact.Committed;
import dev.meshkit.control.RecordedFact.Raced;
import dev.meshkit.control.RecordedFact.Reigned;
import dev.meshkit.control.RecordedFact.Vacant;
import dev.meshkit.control.proto.RecordedItem;
import dev.meshkit.control.proto.RecordingReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What several nodes recorded, told as one (E38). Times are milliseconds after the first second.
 */
class TimelineTest {
  private static final String EU = "region/eu";

  /**
   * Each saw the gap for a time of its own; it lasted from the first that lost to the first that
   * knew.
   */
  @Test
  void whatSeveralSawOfOneGapIsOneGap() {
    var gap =
        only(
            RecordedItem.Type.GAP,
            report(
                vacant("n2", 100, 700, "n1", "n2"),
                vacant("n3", 140, 760, "n1", "n2"),
                changed("n2", 699, "", "n2", "1.4", "TIMEOUT"),
                changed("n3", 759, "", "n2", "1.4", "LAPSE")));
    assertEquals(at(100), Envelope.instant(gap.getAt()));
    assertEquals(Duration.ofMillis(600), Envelope.duration(gap.getTook()));
    assertEquals(Duration.ofMillis(60), Envelope.duration(gap.getKnownAfter()));
    assertEquals(List.of("n2", "n3"), gap.getSeenByList());
    assertEquals(
        List.of("n2", "n1", "1.4", "TIMEOUT"),
        List.of(gap.getNode(), gap.getAfter(), gap.getFence(), gap.getOutcome()));
  }

  /** What begins when somebody knew the next leader already is another gap. */
  @Test
  void oneGapEndsWhereTheFirstKnew() {
    var report =
        report(
            vacant("n2", 100, 700, "n1", "n2"),
            vacant("n3", 100, 2_000, "n1", "n1"),
            vacant("n4", 700, 900, "n2", "n1"));
    var gaps = all(RecordedItem.Type.GAP, report);
    assertEquals(List.of("n2 n3", "n4"), gaps.stream().map(TimelineTest::seers).toList());
    assertEquals(2, report.getScopes(0).getGaps());
    assertEquals(Duration.ofMillis(800), Envelope.duration(report.getScopes(0).getLeaderless()));
    assertEquals(Duration.ofMillis(600), Envelope.duration(report.getScopes(0).getLongestGap()));
  }

  /** A node that is cut off loses sight of a leader who leads on: no time without a leader. */
  @Test
  void aGapInWhichSomebodyLedIsToldAndNotCounted() {
    var report =
        report(reigned("n1", 50, 5_000, "1.3", "LAPSE"), vacant("n3", 100, 2_000, "n1", "n1"));
    assertEquals("1.3", only(RecordedItem.Type.GAP, report).getMeanwhile());
    assertEquals(0, report.getScopes(0).getGaps());
    var later =
        report(reigned("n1", 150, 5_000, "1.3", "LAPSE"), vacant("n3", 100, 200, "n1", "n1"));
    assertEquals("", only(RecordedItem.Type.GAP, later).getMeanwhile());
    assertEquals(1, later.getScopes(0).getGaps());
  }

  /** Its event comes with its end, and a recording may end before. */
  @Test
  void aGapThatHasNotEndedIsTold() {
    var report = report(changed("n2", 300, "n1", "", "1.3", "TIMEOUT"));
    var gap = only(RecordedItem.Type.GAP, report);
    assertFalse(gap.hasTook());
    assertEquals(List.of("", "n1"), List.of(gap.getNode(), gap.getAfter()));
    var ended =
        report(
            changed("n2", 300, "n1", "", "1.3", "TIMEOUT"),
            changed("n2", 400, "", "n2", "1.4", "TIMEOUT"));
    assertEquals(List.of(), all(RecordedItem.Type.GAP, ended));
  }

  /** One that was killed leaves no event of its tenure; one that leads on has none yet. */
  @Test
  void aTenureWithoutAnEndIsKnownFromThoseWhoSawItBegin() {
    var killed =
        only(RecordedItem.Type.TENURE, report(changed("n2", 300, "", "n1", "1.3", "TIMEOUT")));
    assertEquals(List.of("n1", "1.3"), List.of(killed.getNode(), killed.getFence()));
    assertFalse(killed.hasTook());
    var leads =
        only(
            RecordedItem.Type.TENURE,
            report(
                changed("n2", 320, "", "n1", "1.3", "TIMEOUT"),
                changed("n1", 300, "", "n1", "1.3", "TIMEOUT")));
    assertEquals(Duration.ofMillis(8_700), Envelope.duration(leads.getTook()), "until 9 s");
    assertEquals(at(300), Envelope.instant(leads.getAt()));
    var deposed =
        report(
            changed("n1", 300, "", "n1", "1.3", "TIMEOUT"),
            changed("n1", 400, "n1", "n2", "1.4", "HIGHER_TERM"));
    assertFalse(all(RecordedItem.Type.TENURE, deposed).getFirst().hasTook());
  }

  /** A node that is cut off asks for ever: rounds that went alike are one line, others are not. */
  @Test
  void roundsThatWentAlikeAreOne() {
    var report =
        report(
            raced("n3", 100, 7, true, "LOST", "n1 PROMISE"),
            raced("n2", 150, 7, true, "LOST", "n1 PROMISE"),
            raced("n3", 200, 7, true, "LOST", "n1 PROMISE"),
            raced("n3", 300, 7, true, "WON", ""),
            raced("n3", 400, 8, false, "WON", ""),
            raced("n3", 500, 9, true, "LOST", "n1 PROMISE"));
    var asked = report.getItemsList();
    assertEquals(
        List.of("n3 2", "n2 1", "n3 1", "n3 1", "n3 1"),
        asked.stream().map(item -> item.getNode() + " " + item.getRounds()).toList());
    assertEquals(Duration.ofMillis(110), Envelope.duration(asked.getFirst().getTook()));
    assertEquals(
        1, report.getScopes(0).getCampaigns(), "who only asks who would vote stands for nothing");
    assertEquals(1, report.getScopes(0).getWon());
  }

  @Test
  void aCommitIsToldOnceWithAllWhoKnow() {
    var commit =
        only(
            RecordedItem.Type.COMMIT,
            report(committed("n3", 120, "1/4.2"), committed("n2", 100, "1/4.2")));
    assertEquals("n2", commit.getNode());
    assertEquals(List.of("n2", "n3"), commit.getSeenByList());
    assertEquals(
        2,
        all(
                RecordedItem.Type.COMMIT,
                report(committed("n2", 1, "1/4.2"), committed("n2", 2, "2/4.2")))
            .size());
  }

  @Test
  void scopesAreApartAndInOrder() {
    var report =
        report(
            new Committed(at(5), "n1", "region/us", "1/1.1", "", ""),
            new Committed(at(9), "n1", "global", "1/1.1", "", ""),
            new Committed(at(1), "n2", EU, "1/1.1", "", ""));
    assertEquals(
        List.of("global", EU, "region/us"),
        report.getItemsList().stream().map(RecordedItem::getScope).toList());
    assertEquals(at(1), Envelope.instant(report.getFrom()));
    assertEquals(at(9_000), Envelope.instant(report.getTo()));
    assertEquals(List.of("n1", "n2"), report.getNodesList());
  }

  private static RecordingReport report(RecordedFact... facts) {
    var ends = new TreeMap<String, Instant>();
    for (var fact : facts) ends.put(fact.node(), at(9_000));
    return Timeline.of(List.of(Path.of("n1.jfr")), List.of(facts), Map.copyOf(ends));
  }

  private static List<RecordedItem> all(RecordedItem.Type type, RecordingReport report) {
    return report.getItemsList().stream().filter(item -> item.getType() == type).toList();
  }

  private static RecordedItem only(RecordedItem.Type type, RecordingReport report) {
    var found = all(type, report);
    assertEquals(1, found.size(), found::toString);
    return found.getFirst();
  }

  private static String seers(RecordedItem gap) {
    return String.join(" ", gap.getSeenByList());
  }

  private static Vacant vacant(String node, long from, long to, String before, String next) {
    return new Vacant(at(from), Duration.ofMillis(to - from), node, EU, before, next);
  }

  private static Changed changed(
      String node, long at, String from, String to, String fence, String cause) {
    return new Changed(at(at), node, EU, from, to, fence, cause);
  }

  private static Reigned reigned(String node, long from, long to, String fence, String cause) {
    return new Reigned(at(from), Duration.ofMillis(to - from), node, EU, fence, cause);
  }

  private static Raced raced(
      String node, long at, long term, boolean pre, String result, String against) {
    return new Raced(at(at), Duration.ofMillis(10), node, EU, term, pre, 1, against, result);
  }

  private static Committed committed(String node, long at, String record) {
    return new Committed(at(at), node, EU, record, "ops", "disk");
  }

  private static Instant at(long millis) {
    return Instant.ofEpochSecond(1).plusMillis(millis);
  }
}
