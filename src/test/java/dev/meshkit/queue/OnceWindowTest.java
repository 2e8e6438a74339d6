package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Token;
import dev.meshkit.queue.QueueFixture.ManualClocks;
import dev.meshkit.store.StoreAccess;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Q33 For how long a token is known: a day of the queue clock, however often it is asked for. */
class OnceWindowTest {
  private static final Duration WINDOW = Duration.ofHours(24);

  @TempDir Path directory;

  private final ManualClocks clocks = new ManualClocks();

  @Test
  void aTokenIsKnownForADayAndGoesWithThoseThatComeLater() throws Exception {
    try (var fixture = open()) {
      for (var i = 0; i < 9; i++) assertTrue(isFirst(fixture, "old " + i));
      assertFalse(isFirst(fixture, "old 3"));
    }
    try (var fixture = open()) { // it is on the disk
      clocks.jumpWall(Duration.ofDays(7)); // the window goes by the queue clock alone
      clocks.advance(WINDOW.minusMillis(1));
      assertFalse(isFirst(fixture, "old 3"));
      clocks.advance(Duration.ofMillis(1));
      assertTrue(isFirst(fixture, "old 3"), "asking does not make the window longer");
      assertFalse(isFirst(fixture, "old 3"));
      // two of those that are over go with each call
      for (var i = 0; i < 5; i++) isFirst(fixture, "new " + i);
      assertEquals(6, fixture.number("SELECT count(*) FROM once"));
    }
  }

  private QueueFixture open() throws InterruptedException {
    return QueueFixture.open(directory, QueueOptions.of("q"), clocks);
  }

  private static boolean isFirst(QueueFixture fixture, String work) throws InterruptedException {
    var access = new StoreAccess(fixture.store(), () -> {});
    return access.transact(tx -> tx.once(Token.of(work))).orThrow();
  }
}
