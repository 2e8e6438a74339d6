package dev.meshkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.observe.LeaderChangeEvent;
import dev.meshkit.observe.RecordCommitEvent;
import dev.meshkit.observe.TenureEvent;
import dev.meshkit.observe.VoteEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** V33: what recordings must not say, each said once. */
class TraceCheckTest {
  private static final String EU = "region/eu";

  @TempDir private Path directory;

  @Test
  void oneAfterTheOtherHolds() throws Exception {
    assertEquals(
        List.of(),
        wrong(
            () -> {
              led("n1", "n1", 3);
              led("n2", "n1", 3);
              tenure("n1", "1.3", 1_000, 2_000);
              tenure("n2", "1.4", 2_000, 9_000);
              tenure("n1", "2.1", 9_500, 9_900); // recovered: generations come first
              committed("n1", 1, 3, 7);
              committed("n1", 2, 1, 1);
              committed("n2", 1, 3, 7);
              voted("n1", 1, 3, "n1", true);
              voted("n1", 1, 3, "n1", true); // asked again
              voted("n1", 1, 3, "n2", false);
              voted("n1", 1, 4, "n2", true);
              voted("n1", 2, 3, "n2", true);
              voted("n2", 1, 3, "n2", true);
            }));
  }

  @Test
  void twoContentsOfOneRecordAreNamed() throws Exception {
    assertEquals(
        List.of(
            "S8 eu/n2 region/eu knows Commit[generation=1, term=3, version=7] as 77, others as 5c40"),
        wrong(
            () -> {
              led("n1", "n1", 3);
              committed("n1", 1, 3, 7);
              committed("n2", 1, 3, 7, "77");
            }));
  }

  @Test
  void twoVotesInATermAreNamed() throws Exception {
    assertEquals(
        List.of("S2 eu/n1 votes for eu/n1 and eu/n2 in region/eu 1.3"),
        wrong(
            () -> {
              led("n1", "n1", 3);
              voted("n1", 1, 3, "n1", true);
              voted("n1", 1, 3, "n2", true);
            }));
  }

  /** S6 also where the older one outlives more than its successor, and whoever tells first. */
  @Test
  void anAuthorityThatLastsIntoALaterOneIsNamed() throws Exception {
    var wrong =
        wrong(
            () -> {
              led("n1", "n1", 3);
              tenure("n2", "1.4", 1_500, 1_600);
              tenure("n1", "1.3", 1_000, 2_001);
              tenure("n3", "1.5", 2_000, 3_000);
            });
    assertEquals(2, wrong.size(), wrong::toString);
    assertTrue(wrong.getFirst().startsWith("S6 Authority[node=eu/n2"), wrong::toString);
    assertTrue(wrong.getLast().contains("1 ms before that of"), wrong::toString);
  }

  /** Two scopes have nothing to do with each other. */
  @Test
  void authoritiesOfTwoScopesMayBeTogether() throws Exception {
    assertEquals(
        List.of(),
        wrong(
            () -> {
              led("n1", "n1", 3);
              tenure("n1", "1.3", 1_000, 2_000);
              TenureEvent.started()
                  .end(new TenureEvent.Ended("eu/n2", "global", "1.4", 1_500, 1_600, "LAPSE"));
            }));
  }

  @Test
  void aTermThatGoesBackIsNamed() throws Exception {
    assertEquals(
        List.of("S3 eu/n2 is at region/eu 1.3 after region/eu 1.4"),
        wrong(
                () -> {
                  led("n2", "n1", 4);
                  led("n2", "n3", 3);
                })
            .stream()
            .map(
                line ->
                    line.replaceAll(
                        "Fence\\[scope=([^,]+), generation=(\\d+), term=(\\d+)]", "$1 $2.$3"))
            .toList());
  }

  @Test
  void aRecordThatGoesBackIsNamed() throws Exception {
    assertEquals(
        List.of(
            "S13 eu/n1 region/eu knows Commit[generation=1, term=3, version=7] after"
                + " Commit[generation=1, term=4, version=7]"),
        wrong(
            () -> {
              led("n1", "n1", 3);
              committed("n1", 1, 4, 7);
              committed("n1", 1, 3, 7);
            }));
  }

  /** S1, told by a tenure alone. */
  @Test
  void twoWhoLeadOneTermAreNamed() throws Exception {
    var wrong =
        wrong(
            () -> {
              led("n1", "n1", 3);
              tenure("n2", "1.3", 2_000, 3_000);
            });
    assertEquals(1, wrong.size(), wrong::toString);
    assertTrue(wrong.getFirst().startsWith("S1 eu/n2 leads "), wrong::toString);
  }

  private List<String> wrong(Runnable act) throws Exception {
    var file = directory.resolve("events.jfr");
    try (var recording = new Recording()) {
      for (var name : List.of("LeaderChange", "Tenure", "RecordCommit", "Vote"))
        recording.enable("meshkit." + name);
      recording.start();
      act.run();
      recording.stop();
      recording.dump(file);
    }
    return new ArrayList<>(TraceCheck.files(List.of(file.toString())));
  }

  private static void led(String node, String leader, long term) {
    LeaderChangeEvent.emit(
        new LeaderChangeEvent.Change("eu/" + node, EU, "", "eu/" + leader, 1, term, "TIMEOUT"));
  }

  private static void tenure(String node, String fence, long gained, long lost) {
    TenureEvent.started()
        .end(new TenureEvent.Ended("eu/" + node, EU, fence, gained, lost, "LAPSE"));
  }

  private static void committed(String node, int generation, long term, long version) {
    committed(node, generation, term, version, "5c40");
  }

  private static void committed(
      String node, int generation, long term, long version, String content) {
    RecordCommitEvent.emit(
        new RecordCommitEvent.Committed(
            "eu/" + node, EU, generation, term, version, content, "", "", "", 0));
  }

  private static void voted(String node, int generation, long term, String candidate, boolean yes) {
    VoteEvent.emit(
        new VoteEvent.Answer("eu/" + node, EU, generation, term, "eu/" + candidate, yes, ""));
  }
}
