package dev.meshkit.link;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadMode;
import dev.meshkit.transport.RoadPolicy;
import dev.meshkit.transport.RoadTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
  private final List<Pair> pairs = new ArrayList<>();
  private final List<RecordedEvent> ends = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    lab.close();
  }

  /** Two nodes with a road of one kind, dialled by {@code a}. */
  private record Pair(RoadKind kind, Lab.Station a, Lab.Station b) {
    boolean isUp() {
      return a.links.roads().equals(Map.of(b.id, kind))
          && b.links.up().contains(a.id)
          && a.links.isLive(Family.ELECT)
          && b.links.isLive(Family.ELECT);
    }
  }

  @Test
  void whoAcceptedItRecordsHowItEnded() throws Exception {
    try (var stream = new RecordingStream()) {
      stream.enable("meshkit.ConnectionEnd");
      stream.setReuse(false); // they are kept
      stream.onEvent("meshkit.ConnectionEnd", ends::add);
      stream.startAsync();
      for (var kind : RoadKind.values()) {
        var name = kind.name().toLowerCase(Locale.ROOT);
        pairs.add(
            new Pair(kind, station("a" + name, kind, TIMES), station("b" + name, kind, TIMES)));
      }
      up();
      // when the dialler goes to another connection, in good order, none of its calls was lost
      for (var pair : pairs) pair.a().renew(lab.ca.renewed(pair.a().id));
      for (var pair : pairs) {
        var left = ended(pair, "LEFT");
        assertTrue(left.getLong("streams") >= 2 && left.getLong("lost") == 0, left.toString());
      }
      // when nobody needs it any more, neither
      up();
      var before = ends.size();
      for (var pair : pairs) pair.a().links.want(Map.of());
      for (var pair : pairs) ended(pair, "LEFT", before);
      for (var pair : pairs) assertFalse(texts(0).contains(text(pair, "LOST")), texts(0)::toString);
      // when there is a call that does not end, that one is
      var open = new ArrayList<Duplex>();
      var guests = new ArrayList<Pair>();
      for (var pair : pairs) {
        var guest = station("g" + pair.a().id.name(), pair.kind(), HASTY);
        guests.add(new Pair(pair.kind(), guest, pair.b()));
        guest.want(pair.b());
        open.add(guest.links.deliver(pair.b().id).orThrow());
        guest.links.want(Map.of());
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
    await().atMost(LONG).until(() -> pairs.stream().allMatch(Pair::isUp));
  }

  private RecordedEvent ended(Pair pair, String cause) {
    return ended(pair, cause, 0);
  }

  /** After so many others. */
  private RecordedEvent ended(Pair pair, String cause, int others) {
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

  private static String text(Pair pair, String cause) {
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

  private Lab.Station station(String name, RoadKind kind, RoadTimes times) {
    var id = NodeId.of("eu", name);
    var mode =
        switch (kind) {
          case H3 -> RoadMode.H3;
          case H2 -> RoadMode.H2;
          case LEGACY -> RoadMode.AUTO;
        };
    var station =
        lab.node(
            id,
            lab.ca.node(id),
            options ->
                options.withMode(mode).withTimes(times).withLegacy(new Endpoint("127.0.0.1", 0)));
    var version = kind == RoadKind.LEGACY ? 1 : 2;
    var window = new RoadPolicy.Window(version, 2, version);
    station.links.policy(new RoadPolicy(mode, Map.of("eu", window))).orThrow();
    return station;
  }
}
