package dev.meshkit.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.shape.Checklist;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Each line of the queue's checklist is named by a test that runs, those of messages between peers
 * by one of the link's; and no test names a line that there is not.
 */
class QueueChecklistTest {
  private static final Checklist QUEUE = new Checklist('Q', 43);

  @Test
  void eachLineIsNamedByATest() throws IOException {
    var kept = IntStream.concat(IntStream.rangeClosed(1, 31), IntStream.of(40, 41));
    assertEquals(List.of(), QUEUE.missing(kept, "store", "queue"));
  }

  @Test
  void eachLineOfMessagesBetweenPeersIsNamedByATest() throws IOException {
    assertEquals(List.of(), QUEUE.missing(IntStream.rangeClosed(32, 39), "queue", "link"));
  }

  @Test
  void noTestNamesALineThatThereIsNot() throws IOException {
    assertEquals(List.of(), QUEUE.beyond());
  }
}
