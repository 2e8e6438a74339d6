package dev.meshkit.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.shape.Checklist;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Each line of the transport's checklist that roads and links keep is named by a test of theirs
 * that runs; those of the calls themselves are the grpc package's.
 */
class RoadChecklistTest {
  private static final Checklist TRANSPORT = new Checklist('T', 40);

  @Test
  void eachLineIsNamedByATest() throws IOException {
    var kept = IntStream.concat(IntStream.of(19), IntStream.rangeClosed(26, 38));
    assertEquals(List.of(), TRANSPORT.missing(kept, "link", "transport", "cli"));
  }

  @Test
  void noTestNamesALineThatThereIsNot() throws IOException {
    assertEquals(List.of(), TRANSPORT.beyond());
  }
}
