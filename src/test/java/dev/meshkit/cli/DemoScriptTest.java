package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.meshkit.control.proto.DemoSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** O3, G24: the scripted demo, whole, in real processes; and the same with a fault to be found. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class DemoScriptTest {
  private static final List<String> STEPS =
      List.of("alive", "led", "pairs", "kill", "restart", "legacy", "back", "away", "stop");

  @TempDir private Path directory;

  @Test
  void allStepsPassAndEveryCountIsZero() throws IOException, InterruptedException {
    try (var demo = Child.start(directory, "demo", "--script")) {
      var lines = demo.lines();
      var summary = summary(lines);
      assertEquals(0, demo.exit(), String.join("\n", lines) + demo.err());
      assertTrue(summary.getOk());
      assertEquals(STEPS, summary.getStepsList().stream().map(DemoSummary.Step::getName).toList());
      assertEquals(STEPS.size() + 1, lines.size());
      assertTrue(summary.getSent() >= 5 * 4 * 20 + 1_000, lines.getLast());
      assertEquals(summary.getSent(), summary.getDelivered());
      assertEquals(List.of(0, 0, 0, 0), counts(summary));
      assertTrue(summary.getLeaderGapMs() > 0, lines.getLast());
      assertTrue(summary.getReadyMs() > 0, lines.getLast());
    }
  }

  /** A node that says it leads, too, is found by the watch, and by nothing else; shortened. */
  @Test
  void aPlantedRivalIsCountedNamedAndExitOne() throws IOException, InterruptedException {
    try (var demo = Child.start(directory, "demo", "--script", "--first", "3", "--plant", "dual")) {
      var lines = demo.lines();
      var summary = summary(lines);
      assertEquals(1, demo.exit(), String.join("\n", lines) + demo.err());
      assertFalse(summary.getOk());
      assertTrue(summary.getDualLeaders() > 0, lines.getLast());
      assertEquals(List.of(0, 0, summary.getDualLeaders(), 0), counts(summary));
      assertEquals(summary.getSent(), summary.getDelivered());
      assertEquals(4, summary.getStepsCount());
      var last = summary.getSteps(3);
      assertEquals("stop", last.getName());
      assertFalse(last.getOk());
      var said = summary.getDualLeaders() + " pairs of leaders at once: ";
      assertTrue(last.getText().startsWith(said), last.getText());
      assertTrue(last.getText().contains("n5 over "), last.getText());
      assertTrue(summary.getStepsList().subList(0, 3).stream().allMatch(DemoSummary.Step::getOk));
    }
  }

  private static List<Integer> counts(DemoSummary summary) {
    return List.of(
        summary.getLost(),
        summary.getDuplicated(),
        summary.getDualLeaders(),
        summary.getProcessesLeft());
  }

  private static DemoSummary summary(List<String> lines) throws InvalidProtocolBufferException {
    var summary = DemoSummary.newBuilder();
    JsonFormat.parser().merge(lines.getLast(), summary);
    return summary.build();
  }
}
