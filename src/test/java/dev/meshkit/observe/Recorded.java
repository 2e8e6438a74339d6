package dev.meshkit.observe;

import java.nio.file.Files;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** Flight recorder events, as a recording that was made of one act holds them. */
public final class Recorded {
  /** What is recorded. */
  @FunctionalInterface
  public interface Act {
    /** Does it. */
    void run() throws Exception;
  }

  private Recorded() {}

  /** One field of each event of that name, in no order. */
  public static List<String> during(Act act, String event, String field) throws Exception {
    var file = Files.createTempFile("recorded", ".jfr");
    try (var recording = new Recording()) {
      recording.enable(event);
      recording.start();
      act.run();
      recording.stop();
      recording.dump(file);
      return RecordingFile.readAllEvents(file).stream()
          .filter(one -> one.getEventType().getName().equals(event))
          .map((RecordedEvent one) -> one.getString(field))
          .sorted()
          .toList();
    } finally {
      Files.delete(file);
    }
  }
}
