package dev.meshkit.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** S33: each target plays its corpus: its seeds, and every input that ever broke it. */
class CorpusTest {
  static Iterable<String> targets() {
    return Targets.names();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void everyInputOfTheCorpusHolds(String target) throws Exception {
    var corpus = Corpus.of(target);
    assertFalse(Targets.named(target).seeds().isEmpty());
    for (var one : corpus) {
      assertEquals(Optional.empty(), FuzzRun.fault(target, one.bytes()), one.name());
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void noInputAtAllHoldsToo(String target) {
    assertEquals(Optional.empty(), FuzzRun.fault(target, new byte[0]));
  }

  @Test
  void aFaultIsSeen() {
    var fault =
        FuzzRun.fault(Targets.PLANTED, "mk!".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    assertTrue(fault.orElse("").startsWith("java.lang.IllegalStateException: the planted fault"));
  }
}
