package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.shape.Checklist;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Each line of the checklists that belongs to this package is named by a test of it that runs:
 * those of the transport's design, and those of security's about peer checks, floods and limits.
 */
class ChecklistTest {
  private static final Checklist TRANSPORT = new Checklist('T', 40);
  private static final Checklist SECURITY = new Checklist('S', 36);
  private static final String[] WHERE = {"grpc", "bench", "fuzz", ""};

  @Test
  void eachLineOfTheTransportIsNamedByATest() throws IOException {
    var kept = IntStream.concat(IntStream.rangeClosed(1, 25), IntStream.of(29, 39));
    assertEquals(List.of(), TRANSPORT.missing(kept, WHERE));
  }

  @Test
  void eachLineOfSecurityIsNamedByATest() throws IOException {
    var kept = IntStream.of(1, 5, 26, 27, 28, 29, 33);
    assertEquals(List.of(), SECURITY.missing(kept, WHERE));
  }

  @Test
  void noTestNamesALineThatThereIsNot() throws IOException {
    assertEquals(List.of(), SECURITY.beyond());
  }
}
