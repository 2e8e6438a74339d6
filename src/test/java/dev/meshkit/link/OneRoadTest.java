package dev.meshkit.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T34: however both ends dial, one Stream, one Elect and one road are left, and what was said
 * arrives; {@code make chaos CASE=both-dial} does it a thousand times over each kind.
 */
@Timeout(120)
class OneRoadTest {
  @Test
  void whenBothDialAtOnceOneRoadIsLeft() {
    assertEquals(List.of(), BothDial.run(5));
  }
}
