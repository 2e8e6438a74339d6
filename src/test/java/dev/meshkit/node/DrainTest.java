package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** O31: a stop ends things in reverse, whatever a step does. */
class DrainTest {
  private final List<String> ended = new ArrayList<>();

  @Test
  void endsTheNewestFirstAndEachOnce() {
    var drain = new Drain();
    for (var name : List.of("a", "b", "c")) drain.onClose(name, () -> ended.add(name));
    drain.close();
    drain.close();
    assertEquals(List.of("c", "b", "a"), ended);
  }

  @Test
  void aStepThatFailsStopsNoOther() {
    var drain = new Drain();
    drain.onClose("first", () -> ended.add("first"));
    drain.onClose(
        "broken",
        () -> {
          throw new IOException("planted");
        });
    drain.close();
    assertEquals(List.of("first"), ended);
  }

  @Test
  void whatIsOpenedWhileEverythingEndsIsEndedToo() {
    var drain = new Drain();
    drain.close();
    drain.onClose("late", () -> ended.add("late"));
    assertEquals(List.of("late"), ended);
  }

  @Test
  void anInterruptedCallerStillGivesEachStepItsTime() {
    var drain = new Drain();
    drain.onClose("waits", () -> ended.add(Thread.currentThread().isInterrupted() + ""));
    Thread.currentThread().interrupt();
    drain.close();
    assertTrue(Thread.interrupted());
    assertEquals(List.of("false"), ended);
  }

  @Test
  void anInterruptedStepLeavesTheInterruptSetAndTheRestRuns() {
    var drain = new Drain();
    drain.onClose("first", () -> ended.add("first"));
    drain.onClose(
        "interrupted",
        () -> {
          throw new InterruptedException("planted");
        });
    drain.close();
    assertTrue(Thread.interrupted());
    assertEquals(List.of("first"), ended);
  }
}
