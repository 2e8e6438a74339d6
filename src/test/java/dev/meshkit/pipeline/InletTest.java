package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** P35: a bounded line, and what its bound means. */
class InletTest {
  /** P35, T12: a full inlet says no, or makes its writer wait until there is room or it closes. */
  @Test
  void aFullInletBlocksItsWriter() throws Exception {
    assertThrows(IllegalArgumentException.class, () -> Inlet.bounded("none", 0));
    var inlet = Inlet.<Integer>bounded("one", 1);
    assertTrue(inlet.put(1));
    assertFalse(inlet.offer(2));
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> inlet.put(2)); // and 2 was not added
    var told = new ArrayList<Boolean>();
    var writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    told.add(inlet.put(3));
                    told.add(inlet.put(4));
                  } catch (InterruptedException broken) {
                    throw new AssertionError(broken);
                  }
                });
    var source = inlet.source();
    assertEquals(new Source.Next.Got<>(Result.ok(1)), source.take(Duration.ofMinutes(1)));
    org.awaitility.Awaitility.await().until(() -> writer.getState() == Thread.State.WAITING);
    source.close();
    writer.join();
    assertEquals(List.of(true, false), told);
    assertEquals(new Source.Next.Got<>(Result.ok(3)), source.take(Duration.ZERO));
    assertInstanceOf(Source.Next.Ended.class, source.take(Duration.ZERO));
  }
}
