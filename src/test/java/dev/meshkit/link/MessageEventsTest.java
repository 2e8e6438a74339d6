package dev.meshkit.link;

import static dev.meshkit.link.PostOffice.PATIENCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.Handler;
import dev.meshkit.api.MeshError;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q41 A message that fails, is tried again and then dies can be followed in a recording. */
@Timeout(300)
class MessageEventsTest {
  private static final MeshError WHY =
      MeshError.of("error.test", "testing", "it failed", "none", MeshError.Retry.SAFE);

  @TempDir Path directory;

  @Test
  void aMessagesLifeIsRecorded() throws Exception {
    var tries = new AtomicInteger();
    Handler handler =
        _ ->
            tries.getAndIncrement() == 0
                ? new Disposition.Retry(WHY, Duration.ZERO)
                : new Disposition.Poison(WHY);
    var file = directory.resolve("events.jfr");
    try (var recording = new Recording();
        var office = new PostOffice(directory, Map.of("bad", handler))) {
      for (var name : new String[] {"StoreCommit", "QueueSettle", "MessageDead", "InboxVerdict"}) {
        recording.enable("meshkit." + name).withThreshold(Duration.ZERO);
      }
      recording.start();
      assertFalse(office.send("bad", "x").await(PATIENCE).isOk());
      recording.stop();
      recording.dump(file);
      var scrape = office.meters.scrape();
      assertTrue(scrape.contains("queue_inbox_total{verdict=\"RETRY\"} 1.0"));
    }
    var seen = new TreeMap<String, Integer>();
    for (var event : RecordingFile.readAllEvents(file)) {
      var what =
          switch (event.getEventType().getName()) {
            case "meshkit.QueueSettle" -> "settled " + event.getString("outcome");
            case "meshkit.MessageDead" -> "dead " + event.getString("reason");
            case "meshkit.InboxVerdict" -> "verdict " + event.getString("verdict");
            case "meshkit.StoreCommit" -> "commit of " + event.getString("file");
            default -> "other";
          };
      seen.merge(what, 1, Integer::sum);
    }
    assertTrue(seen.getOrDefault("commit of mesh.db", 0) >= 4, seen.toString());
    seen.keySet().removeIf(what -> what.startsWith("commit") || what.equals("other"));
    assertEquals(
        Map.of(
            "settled RETRY",
            1,
            "settled POISON",
            1,
            "dead PERMANENT",
            1,
            "verdict RETRY",
            1,
            "verdict REFUSED",
            1),
        seen);
  }
}
