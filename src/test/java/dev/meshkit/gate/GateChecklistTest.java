package dev.meshkit.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.shape.Checklist;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Each line of the gate's checklist that this package keeps is named by a test that runs; those of
 * the switch between roads, of the record on its way, and of the command line are others'.
 */
class GateChecklistTest {
  private static final Checklist GATE = new Checklist('G', 33);

  @Test
  void eachLineIsNamedByATest() throws IOException {
    var kept = IntStream.concat(IntStream.rangeClosed(1, 23), IntStream.rangeClosed(28, 31));
    assertEquals(List.of(), GATE.missing(kept, "gate"));
  }

  @Test
  void noTestNamesALineThatThereIsNot() throws IOException {
    assertEquals(List.of(), GATE.beyond());
  }
}
