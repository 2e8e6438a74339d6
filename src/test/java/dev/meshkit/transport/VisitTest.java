package dev.meshkit.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.NodeId;
import dev.meshkit.observe.Meters;
import dev.meshkit.observe.Recorded;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.security.Admission;
import dev.meshkit.security.Identity;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** §13: the end of a connection is told once all its calls have ended, and says what it cost. */
class VisitTest {
  private static final Admission STAYS =
      new Admission.Admitted(new Identity.Node("mesh", NodeId.of("eu", "a")));

  /** A call that ended well may say so after its connection has ended: nothing was lost. */
  @Test
  void aCallThatEndsWellAfterItsConnectionWasNotLost() throws Exception {
    assertEquals(
        List.of("LEFT"),
        causes(
            visit -> {
              visit.began();
              visit.end(false, () -> STAYS);
              visit.over(false);
            }));
  }

  /** One that is cut is lost, whichever of the two ends first. */
  @Test
  void aCallThatIsCutIsLost() throws Exception {
    assertEquals(
        List.of("LOST", "LOST"),
        causes(
            visit -> {
              visit.began();
              visit.end(false, () -> STAYS);
              visit.over(true);
            },
            visit -> {
              visit.began();
              visit.over(true);
              visit.end(false, () -> STAYS);
            }));
  }

  /** The end is told once, when the last of several calls has ended. */
  @Test
  void theLastCallTellsIt() throws Exception {
    assertEquals(
        List.of("LOST"),
        causes(
            visit -> {
              visit.began();
              visit.began();
              visit.end(false, () -> STAYS);
              visit.over(true);
              visit.over(false);
            }));
  }

  /** A node that stops tells it at once: nobody will be there later. */
  @Test
  void aNodeThatStopsDoesNotWait() throws Exception {
    assertEquals(
        List.of("CLOSED"),
        causes(
            visit -> {
              visit.began();
              visit.end(true, () -> STAYS);
              visit.over(true);
            }));
  }

  @SafeVarargs
  private static List<String> causes(Consumer<Visit>... lives) throws Exception {
    var tools = new RoadTools(Clocks.system(), new Meters(Map.of()));
    return Recorded.during(
        () -> {
          for (var life : lives) life.accept(new Visit("eu/a", RoadKind.H2, tools));
        },
        "meshkit.ConnectionEnd",
        "cause");
  }
}
