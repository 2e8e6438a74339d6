package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.meshkit.observe.ElectionEvent;
import dev.meshkit.observe.LeaderChangeEvent;
import dev.meshkit.observe.LeaderlessGapEvent;
import dev.meshkit.observe.NodeStateEvent;
import dev.meshkit.observe.RecordCommitEvent;
import dev.meshkit.observe.TenureEvent;
import dev.meshkit.runtime.Clocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jfr report} of two nodes' recordings, made with the profile we ship (E38, O8). */
class JfrReportTest {
  private static final String EU = "region/eu";
  private static final Path GOLDEN =
      Path.of("src/test/resources/dev/meshkit/cli/golden/RecordingReport.json");

  @TempDir private Path directory;

  /** n1 leads and lapses, n3 asks in vain, n2 is elected and leads on. */
  @BeforeEach
  void twoNodesRecord() throws Exception {
    try (var _ = running()) { // so that what is begun has a beginning
      var tenure = TenureEvent.started();
      recorded(
          "n1.jfr",
          () -> {
            changed("eu/n1", "", "eu/n1", 3, "GENESIS");
            var now = Clocks.system().wall().millis();
            tenure.end(new TenureEvent.Ended("eu/n1", EU, "1.3", now, now, "LAPSE"));
            changed("eu/n1", "eu/n1", "", 3, "LAPSE");
          });
      var gap = LeaderlessGapEvent.started();
      recorded(
          "n2.jfr",
          () -> {
            asked("eu/n3", 4, "PRE_VOTE", 1, "eu/n1 silent, eu/n2 PROMISE", "LOST");
            asked("eu/n3", 4, "PRE_VOTE", 1, "eu/n1 silent, eu/n2 PROMISE", "LOST");
            asked("eu/n2", 4, "VOTE", 2, "eu/n1 silent", "WON");
            changed("eu/n2", "", "eu/n2", 4, "TIMEOUT");
            gap.end("eu/n2", EU, "eu/n1", "eu/n2");
            committed("eu/n2", 1, "", "");
            committed("eu/n3", 2, "", "");
            committed("eu/n2", 2, "eu/n2 ana", "disk");
          });
    }
  }

  @Test
  void thePageTellsTheElectionInOrder() {
    var ran = Shell.in(directory).run("jfr", "report", "n2.jfr", "n1.jfr");
    assertEquals(0, ran.exit(), ran.err());
    assertEquals(
        """
        recorded by eu/n1 eu/n2 eu/n3 from AT, FOR

        region/eu: 1 votes asked, 1 won; 2 tenures; 1 without a leader, FOR in all, at most FOR; 2 commits
        AT WHAT NODE FOR TERM OUTCOME
        AT tenure eu/n1 FOR 1.3 LAPSE -
        AT gap eu/n2 FOR 1.4 TIMEOUT after eu/n1; seen by eu/n1 eu/n2; known to all FOR later
        AT pre-vote eu/n3 FOR 4 LOST 2 rounds; 1 granted; eu/n1 silent, eu/n2 PROMISE
        AT vote eu/n2 FOR 4 WON 2 granted; eu/n1 silent
        AT tenure eu/n2 FOR 1.4 - until the end of its recording
        AT commit eu/n2 - 1/4.1 - -
        AT commit eu/n3 - 1/4.2 - by eu/n2 ana; disk
        """,
        timeless(ran.out()));
  }

  /** Field by field, but for the times; -Dmeshkit.golden=write rewrites it. */
  @Test
  void theJsonIsItsGoldenFile() throws IOException {
    var ran = Shell.in(directory).run("jfr", "report", "n1.jfr", "n2.jfr", "-o", "json");
    assertEquals(0, ran.exit(), ran.err());
    var got = timeless(ran.out()).replace(directory.toString(), "DIR") + "\n";
    if (System.getProperty("meshkit.golden", "").equals("write")) Files.writeString(GOLDEN, got);
    assertEquals(Files.readString(GOLDEN), got);
    var lines = Shell.in(directory).run("jfr", "report", "n1.jfr", "n2.jfr", "-o", "jsonl");
    var kinds = lines.out().lines().map(JfrReportTest::type).toList();
    assertEquals(List.of("TENURE", "GAP", "PRE_VOTE", "VOTE", "TENURE", "COMMIT", "COMMIT"), kinds);
  }

  /** One recording alone: n1 does not know who came after it. */
  @Test
  void oneRecordingTellsWhatItsNodeSaw() {
    var out = timeless(Shell.in(directory).run("jfr", "report", "n1.jfr").out());
    assertTrue(
        out.contains("AT gap - - - - after eu/n1; seen by eu/n1; no recording has its end"), out);
  }

  @Test
  void whatCannotBeReadIsNamed() throws Exception {
    Files.writeString(directory.resolve("notes.txt"), "n1 led until noon");
    recorded("idle.jfr", () -> NodeStateEvent.emit("READY", ""));
    refused(3, "MK-CLI-008", "there is no such file", "gone.jfr");
    refused(3, "MK-CLI-008", "there is no such file", "n1.jfr", "gone.jfr");
    refused(2, "MK-CLI-011", "it is no whole flight recording: ", "notes.txt");
    for (var share : new double[] {0.0005, 0.1, 0.25, 0.5, 0.75, 0.9}) { // cut off anywhere
      Files.write(directory.resolve("cut.jfr"), cut("n1.jfr", share));
      refused(2, "MK-CLI-011", "it is no whole flight recording: ", "cut.jfr");
    }
    refused(2, "MK-CLI-011", "it is no whole flight recording: ", ".");
    refused(3, "MK-CLI-008", "there is no event of one", "idle.jfr");
    assertEquals(2, Shell.in(directory).run("jfr", "report").exit());
    assertEquals(2, Shell.in(directory).run("jfr").exit());
  }

  private void refused(int exit, String code, String why, String... files) {
    var args = new ArrayList<>(List.of("jfr", "report"));
    args.addAll(List.of(files));
    var ran = Shell.in(directory).run(args.toArray(String[]::new));
    assertEquals(exit, ran.exit(), ran.err());
    assertTrue(ran.err().startsWith("error " + code + " "), ran.err());
    assertTrue(ran.err().contains("why   " + why), ran.err());
    assertEquals("", ran.out());
  }

  private byte[] cut(String name, double share) throws IOException {
    var whole = Files.readAllBytes(directory.resolve(name));
    return Arrays.copyOf(whole, (int) (share * whole.length));
  }

  /** Times and spans as words, columns one blank apart. */
  private static String timeless(String out) {
    return out.replaceAll("[0-9-]+T[0-9:.]+Z", "AT")
        .replaceAll("\\b[0-9.]+m?s\\b", "FOR")
        .replaceAll("(?m)(?<=\\S) +", " ")
        .replaceAll("(?m) +$", "");
  }

  private static String type(String line) {
    return JsonParser.parseString(line).getAsJsonObject().get("type").getAsString();
  }

  private static void changed(String node, String from, String to, long term, String cause) {
    LeaderChangeEvent.emit(new LeaderChangeEvent.Change(node, EU, from, to, 1, term, cause));
  }

  private static void committed(String node, long version, String actor, String reason) {
    RecordCommitEvent.emit(
        new RecordCommitEvent.Committed(
            node, EU, 1, 4, version, "5c40", actor, reason, actor.isEmpty() ? "" : "GATES", 0));
  }

  private static void asked(
      String node, long term, String why, int granted, String against, String result) {
    ElectionEvent.started()
        .end(new ElectionEvent.Round(node, EU, term, 1, why, granted, 1, against, result));
  }

  private void recorded(String file, Runnable act) throws Exception {
    try (var recording = running()) {
      act.run();
      recording.stop();
      recording.dump(directory.resolve(file));
    }
  }

  private static Recording running() throws Exception {
    var recording = new Recording(Configuration.create(Path.of("jfr-profiles/meshkit.jfc")));
    recording.start();
    return recording;
  }
}
