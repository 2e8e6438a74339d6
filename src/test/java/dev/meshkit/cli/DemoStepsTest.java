package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** O3: a step that fails is named, what follows is skipped, and the last one runs all the same. */
class DemoStepsTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final DemoSteps steps =
      new DemoSteps(new PrintStream(out, true, StandardCharsets.UTF_8), () -> Instant.EPOCH, 3);

  @Test
  void afterAFailureOnlyTheLastStepRuns() throws InterruptedException {
    steps.step("first", () -> "fine");
    assertTrue(steps.isOk());
    steps.step(
        "second",
        () -> {
          throw new DemoSteps.Failed("nobody leads");
        });
    steps.step("third", () -> "never run");
    steps.step("fourth", () -> "one more than wanted");
    steps.always("last", () -> "stopped");
    assertFalse(steps.isOk());
    assertEquals(
        """
        ok    first      0.0 s  fine
        FAIL  second     0.0 s  nobody leads
        FAIL  third      0.0 s  skipped
        ok    last       0.0 s  stopped
        """,
        out.toString(StandardCharsets.UTF_8));
    assertEquals("nobody leads", steps.done().get(1).getText());
    assertFalse(steps.done().get(2).getOk());
  }

  /** A fault of our own fails its step, and what comes last still runs. */
  @Test
  void aFaultInAStepIsAFailureOfThatStep() throws InterruptedException {
    steps.step(
        "first",
        () -> {
          throw new IllegalStateException("nobody was killed");
        });
    steps.always("last", () -> "counted");
    assertFalse(steps.isOk());
    assertTrue(steps.done().getFirst().getText().endsWith("nobody was killed"));
    assertTrue(steps.done().getLast().getOk());
  }
}
