package dev.meshkit.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.fuzz.FuzzRun.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fuzzer itself: it runs on this JDK, finds what is there, and says how to see it again. */
class FuzzRunTest {
  @TempDir Path temp;

  @Test
  void aPlantedFaultIsFoundAndCanBeReplayed() throws Exception {
    // when Jazzer looks for it, for at most a minute; it stops at the first finding
    var outcome = new FuzzRun(Targets.PLANTED, temp).run(Duration.ofMinutes(1));
    // then it is that fault, and its input brings it back
    var found = assertInstanceOf(Outcome.Found.class, outcome, outcome::toString);
    assertTrue(found.fault().startsWith("java.lang.IllegalStateException: the planted fault"));
    var again = FuzzRun.fault(Targets.PLANTED, Files.readAllBytes(found.input()));
    assertTrue(again.orElse("").contains("the planted fault"), again::toString);
    // and people are told how
    var report = Fuzz.report(Targets.PLANTED, outcome);
    assertTrue(report.contains("make fuzz TARGET=planted INPUT=" + found.input()), report);
    assertTrue(report.contains("hex     6d6b21"), report);
  }

  /** A run on a machine too busy for it proves nothing, and whoever believes it is told. */
  @Test
  void tooFewInputsAreNoProof() throws Exception {
    var most = FuzzRun.LEAST_INPUTS - 1;
    var starved = FuzzRun.verdict(new Outcome.Clean(most, 10, Duration.ZERO));
    assertEquals(new Outcome.Starved(most), starved);
    var report = Fuzz.report("elect", starved);
    assertTrue(report.startsWith("fuzz elect FAILED: it played 999 inputs"), report);
    var enough = new Outcome.Clean(FuzzRun.LEAST_INPUTS, 10, Duration.ZERO);
    assertEquals(enough, FuzzRun.verdict(enough));
  }

  /** A decoder that allocates what a length claims is caught; one that does not is not. */
  @Test
  void whatAllocatesTooMuchIsCaught() throws Exception {
    var greedy =
        assertThrows(
            AssertionError.class,
            () -> Meter.watch(meter -> meter.of(10, () -> new byte[1 << 20].length)));
    assertTrue(greedy.getMessage().contains("where 65576 are allowed"), greedy.getMessage());
    Meter.watch(meter -> assertEquals(100, meter.of(10, () -> new byte[100].length)));
  }
}
