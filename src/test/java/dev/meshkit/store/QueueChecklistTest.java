package dev.meshkit.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.shape.Checklist;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Each line of the queue's checklist but those of messages between peers is named by a test that
 * runs, and no test names a line that there is not.
 */
class QueueChecklistTest {
  private static final Checklist QUEUE = new Checklist('Q', 43);

  @Test
  void eachLineIsNamedByATest() throws IOException {
    var kept = IntStream.concat(IntStream.rangeClosed(1, 31), IntStream.of(40, 41));
    assertEquals(List.of(), QUEUE.missing(kept, "store", "queue"));
  }

  @Test
  void noTestNamesALineThatThereIsNot() throws IOException {
    assertEquals(List.of(), QUEUE.beyond());
  }
}
