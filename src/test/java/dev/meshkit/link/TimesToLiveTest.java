package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.B;
import static dev.meshkit.link.PostOffice.number;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Message;
import dev.meshkit.api.Result;
import dev.meshkit.api.SendOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long messages wait: Q33 holds only while the receiver remembers. */
class TimesToLiveTest {
  private static final TimesToLive SET =
      new TimesToLive(
          Duration.ofDays(1), Duration.ofHours(2), Duration.ofDays(3), Duration.ofDays(4));

  @TempDir Path directory;

  @Test
  void eachClassHasItsOwnAndAMessageMaySayAnother() {
    assertEquals(Result.ok(Duration.ofDays(1)), SET.of(SendOptions.CONTROL));
    assertEquals(Result.ok(Duration.ofHours(2)), SET.of(SendOptions.state("k")));
    assertEquals(Result.ok(Duration.ofDays(3)), SET.of(SendOptions.BULK));
    var other = Duration.ofDays(4);
    assertEquals(Result.ok(other), SET.of(SendOptions.BULK.withTtl(other)));
    var more = SET.of(SendOptions.BULK.withTtl(Duration.ofDays(20)));
    assertEquals("error.validation", code(more));
    assertTrue(more.toString().contains("of 20 d") && more.toString().contains("after 4 d"));
    assertEquals("error.validation", code(SET.of(SendOptions.BULK.withTtl(other.plusMillis(1)))));
  }

  /** Q33 What would outlive its receiver's memory is refused, and nothing of it is queued. */
  @Test
  void whatWouldOutliveItsReceiversMemoryIsRefused() throws Exception {
    try (var office = new PostOffice(directory, Map.of())) {
      var message = Message.of("t", Bytes.utf8("x"));
      var tooLong = SendOptions.BULK.withTtl(TimesToLive.DEFAULTS.most().plusSeconds(1));
      assertEquals("error.validation", code(office.outbound.send(B, message, tooLong)));
      assertEquals(
          "error.validation", code(office.outbound.broadcast(List.of(B), message, tooLong)));
      assertEquals(0, number(office.sender, "SELECT count(*) FROM task"));
    }
  }

  private static String code(Result<?> result) {
    return result instanceof Result.Err<?>(MeshError error) ? error.code() : "none";
  }
}
