package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** P13, P6: a branch can neither keep nor close its scope: what it did is undone if it loses. */
class LentScopeTest {
  private final List<String> undone = Collections.synchronizedList(new ArrayList<>());

  private Step<String> keeping() {
    return undo -> {
      undo.onFailure("deed", () -> undone.add("kept"));
      undo.keep();
      return Given.<String>forever().run(undo);
    };
  }

  private Step<String> closing() {
    return undo -> {
      try (undo) {
        undo.onFailure("deed", () -> undone.add("closed"));
        return Result.ok("made");
      }
    };
  }

  @Test
  void aBranchKeepsNothingItself() {
    for (var step : List.of(keeping(), closing())) {
      assertThrows(IllegalStateException.class, () -> All.of(List.of(step)));
      assertThrows(IllegalStateException.class, () -> Race.of(List.of(step)));
      var minutes = Duration.ofMinutes(5);
      assertThrows(IllegalStateException.class, () -> Timeout.of(minutes, step));
    }
    var all = List.of("kept", "kept", "kept", "closed", "closed", "closed");
    assertEquals(all, undone);
  }
}
