package dev.meshkit.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.shape.Checklist;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each line of the gate's checklist that is due by now is named by a test that runs. */
class GateChecklistTest {
  private static final Checklist GATE = new Checklist('G', 33);
  private static final int LAST_DUE = 31; // what follows comes later

  @Test
  void eachLineIsNamedByATest() throws IOException {
    var due = IntStream.rangeClosed(1, LAST_DUE);
    assertEquals(List.of(), GATE.missing(due, "gate", "node", "cli"));
  }

  @Test
  void noTestNamesALineThatThereIsNot() throws IOException {
    assertEquals(List.of(), GATE.beyond());
  }
}
