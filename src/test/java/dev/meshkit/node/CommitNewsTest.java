package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Audit;
import dev.meshkit.election.Author;
import dev.meshkit.election.Content;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Gate;
import dev.meshkit.election.Profile;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Mailbox;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is named when a record is committed. */
final class CommitNewsTest {
  private static final Scope EU = Scope.region("eu");
  private static final NodeId N1 = NodeId.of("eu", "n1");

  @TempDir private Path directory;
  private final List<String> told = new ArrayList<>();

  /** Its author, once; not again when the next leader writes it anew (R3). */
  @Test
  void aChangeIsNamedOnce() throws Exception {
    var first =
        ElectionOptions.configured(EU, N1, Bytes.of(new byte[16]), List.of(N1), Profile.REGION)
            .first();
    var gates = List.of(new Gate("codec", 1, 0, 1, Bytes.EMPTY, 1));
    var by = new Audit(Bytes.utf8("id"), new Author("eu/n1 ana", "roll out", Instant.EPOCH));
    var changed = first.content().with(gates, List.of(), List.of(by), List.of());
    var events =
        recorded(
            first,
            List.of(record(3, 0, first.content()), record(3, 1, changed), record(4, 1, changed)));
    assertEquals(
        List.of("3.0 - -  2", "3.1 eu/n1 ana - roll out - GATES 2", "4.1 - -  2"),
        events.stream().map(CommitNewsTest::text).toList());
    assertEquals(
        List.of("leader.record_changed region/eu is changed by eu/n1 ana, version 1"), told);
  }

  private static ScopeRecord record(long term, long version, Content content) {
    return new ScopeRecord(new RecordId(term, version), content);
  }

  private static String text(RecordedEvent event) {
    var id = event.getLong("term") + "." + event.getLong("version");
    var by = event.getString("actor") + " - " + event.getString("reason") + " - ";
    return id
        + " "
        + (by.equals(" -  - ") ? "- - " : by)
        + event.getString("change")
        + " "
        + event.getInt("acks");
  }

  private List<RecordedEvent> recorded(ScopeRecord first, List<ScopeRecord> views)
      throws Exception {
    try (var store = ElectionFixture.store(directory, 1);
        var recording = new Recording()) {
      recording.enable("meshkit.RecordCommit");
      recording.start();
      var clocks = Clocks.system();
      var ports =
          new ElectionPorts(
              store,
              (_, _, _) -> false,
              new Mailbox<>(100, clocks.monotonic()),
              event -> told.add(event.type() + " " + event.text()),
              new Meters(Map.of()),
              clocks,
              new SplittableRandom(1),
              (_, _) -> {},
              new SharedDisk());
      var news = new CommitNews(EU, N1, first, ports);
      for (var view : views) news.committed(view, 2);
      recording.stop();
      recording.dump(directory.resolve("commits.jfr"));
    }
    return RecordingFile.readAllEvents(directory.resolve("commits.jfr")).stream()
        .filter(event -> event.getString("node").equals(N1.toString()))
        .toList();
  }
}
