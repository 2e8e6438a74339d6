package dev.meshkit.link;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.transport.RoadTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** §13: who accepted a connection records how it ended, as who dialled does, over each road. */
@Timeout(180)
class ConnectionEndTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final RoadTimes TIMES =
      RoadTimes.DEFAULTS
          .withIdle(Duration.ofHours(1))
          .withAge(Duration.ofHours(1), Duration.ofMillis(100));

  /** Gives what is open on a road that is left no time to speak of. */
  private static final RoadTimes HASTY = TIMES.withHandOver(Duration.ofMillis(100));

  private final Lab lab = new Lab();
  private final List<RoadPair> pairs = new ArrayList<>();
  private final List<RecordedEvent> ends = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void whoAcceptedItRecordsHowItEnded() throws Exception {
    try (var stream = new RecordingStream()) {
      stream.enable("meshkit.ConnectionEnd");
      stream.setReuse(false); // they are kept
      stream.onEvent("meshkit.ConnectionEnd", ends::add);
      stream.startAsync();
      pairs.addAll(RoadPair.ofEachKind(lab, TIMES, TIMES));
      up();
      // when the dialler goes to another connection, in good order, none of its calls was lost
      for (var pair : pairs) pair.a().renew(lab.ca.renewed(pair.a().id));
      for (var pair : pairs) left(pair);
      for (var pair : pairs) assertFalse(texts(0).contains(text(pair, "LOST")), texts(0)::toString);
      // when nobody needs it any more, neither
      up();
      var before = ends.size();
      for (var pair : pairs) pair.a().links.want(Map.of());
      for (var pair : pairs) ended(pair, "LEFT", before);
      for (var pair : pairs) assertFalse(texts(0).contains(text(pair, "LOST")), texts(0)::toString);
      // when there is a call that does not end, that one is
      var open = new ArrayList<Duplex>();
      var guests = new ArrayList<RoadPair>();
      for (var pair : pairs) {
        var guest = pair.guest(lab, HASTY);
        guests.add(guest);
        guest.a().want(guest.b());
        open.add(guest.a().links.deliver(guest.b().id).orThrow());
        guest.a().links.want(Map.of());
      }
      for (var guest : guests) {
        var lost = ended(guest, "LOST");
        assertTrue(lost.getLong("lost") >= 1, lost.toString());
      }
      open.forEach(Duplex::close);
      // when the dialler may not stay any more, it says so
      up();
      var later = Instant.now().plus(Duration.ofDays(3650));
      for (var pair : pairs) pair.b().renew(lab.ca.judging(pair.b().id, () -> later));
      for (var pair : pairs) ended(pair, "REFUSED");
      // when this node stops, as well
      for (var pair : pairs) pair.b().renew(lab.ca.node(pair.b().id));
      for (var pair : pairs) pair.a().renew(lab.ca.renewed(pair.a().id));
      up();
      for (var pair : pairs) pair.b().close();
      for (var pair : pairs) ended(pair, "CLOSED");
    }
  }

  private void up() {
    for (var pair : pairs) pair.a().want(pair.b());
    await().atMost(LONG).until(() -> pairs.stream().allMatch(RoadPair::isUp));
  }

  /** One that carried streams: of a second one, made meanwhile, the end says nothing. */
  private void left(RoadPair pair) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertTrue(
                    ends.stream()
                        .filter(end -> text(end).equals(text(pair, "LEFT")))
                        .anyMatch(end -> end.getLong("streams") >= 2 && end.getLong("lost") == 0),
                    ends::toString));
  }

  private RecordedEvent ended(RoadPair pair, String cause) {
    return ended(pair, cause, 0);
  }

  /** After so many others. */
  private RecordedEvent ended(RoadPair pair, String cause, int others) {
    var wanted = text(pair, cause);
    var texts = new AtomicReference<>(List.<String>of());
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              texts.set(texts(others));
              assertTrue(texts.get().contains(wanted), () -> wanted + " is not in " + texts);
            });
    return ends.get(others + texts.get().indexOf(wanted));
  }

  private List<String> texts(int but) {
    return ends.stream().skip(but).map(ConnectionEndTest::text).toList();
  }

  private static String text(RoadPair pair, String cause) {
    return "SERVER %s %s %s".formatted(pair.kind(), pair.a().id, cause);
  }

  private static String text(RecordedEvent end) {
    return String.join(
        " ",
        end.getString("side"),
        end.getString("road"),
        end.getString("peer"),
        end.getString("cause"));
  }
}
