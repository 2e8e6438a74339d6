package dev.meshkit.link;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadTimes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T19, T34: roads that are replaced while both ends talk, because of their age or of another
 * certificate, whichever end has it: over each kind of road at once, without the loss of a frame.
 */
@Timeout(240)
class RenewalTest {
  private static final RoadTimes OLD = RoadTimes.DEFAULTS.withIdle(Duration.ofHours(1));
  private static final Duration SOON = Duration.ofMillis(800);

  private final Lab lab = new Lab();
  private final List<RoadPair> pairs = new ArrayList<>();
  private final Set<String> shaken = ConcurrentHashMap.newKeySet();

  @AfterEach
  void close() {
    lab.close();
  }

  private void pairs(RoadTimes dialler, RoadTimes listener) {
    pairs.addAll(RoadPair.ofEachKind(lab, dialler, listener));
    for (var pair : pairs) pair.a().want(pair.b());
    await().until(() -> pairs.stream().allMatch(RoadPair::isUp));
  }

  private static double replaced(RoadPair pair, String reason) {
    return pair.a().count("meshkit_roads_replaced_total{reason=\"%s\"}".formatted(reason));
  }

  /** All talk until each has what is wanted; then nothing was lost, and each pair is as before. */
  private void talkUntil(Predicate<RoadPair> enough) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(15))
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              for (var pair : pairs) Talk.say(pair.a(), pair.b(), pair.words());
              return pairs.stream().allMatch(enough);
            });
    for (var pair : pairs) {
      Talk.isHeard(pair.a(), pair.b(), pair.words());
      assertTrue(pair.isUp(), pair.kind() + " is " + pair.a().links.roads());
      var downs = pair.a().heard.stream().filter(line -> line.startsWith("down")).toList();
      assertEquals(List.of(), downs, pair.kind().name());
    }
  }

  private RecordingStream handshakes() {
    var stream = new RecordingStream();
    stream.enable("meshkit.Handshake");
    stream.onEvent(
        "meshkit.Handshake",
        event ->
            shaken.add(
                "%s %s %d"
                    .formatted(
                        event.getString("side"),
                        event.getString("road"),
                        event.getInstant("notAfter").toEpochMilli())));
    stream.startAsync();
    return stream;
  }

  private static String shake(String side, RoadPair pair, Lab.Station shown) {
    var ends = shown.own.now().notAfter().toEpochMilli();
    return "%s %s %d".formatted(side, pair.kind(), ends);
  }

  @Test
  void aRoadOfAgeIsReplacedByWhoDialledItAndNoFrameIsLost() throws Exception {
    var young = OLD.withAge(Duration.ofSeconds(2), SOON);
    pairs(young, OLD);
    talkUntil(pair -> replaced(pair, "AGED") >= 2);
  }

  @Test
  void aConnectionOfAgeIsSentAwayByWhoAcceptedItAndNoFrameIsLost() throws Exception {
    var young = OLD.withAge(Duration.ofMillis(1_500), SOON);
    pairs(OLD, young);
    talkUntil(pair -> replaced(pair, "SENT_AWAY") >= 1);
  }

  @Test
  void anotherCertificateOfWhoDialledReachesThePeersAndNoFrameIsLost() throws Exception {
    try (var _ = handshakes()) {
      // given roads that were made with one certificate, and a delivery on each
      pairs(OLD.withAge(Duration.ofHours(1), SOON), OLD);
      talkUntil(pair -> pair.words().size() > 10);
      var deliveries = new ArrayList<Duplex>();
      for (var pair : pairs) deliveries.add(pair.a().links.deliver(pair.b().id).orThrow());
      // when there is another, while all talk
      for (var pair : pairs) pair.a().renew(lab.ca.renewed(pair.a().id));
      talkUntil(pair -> replaced(pair, "RENEWED") == 1);
      // then it is what the peers see, and deliveries know that they should move
      for (var pair : pairs) {
        await().until(() -> shaken.contains(shake("SERVER", pair, pair.a())));
      }
      for (var delivery : deliveries) {
        await().until(delivery::isRetired);
        assertTrue(delivery.send(Bytes.utf8("one")));
        assertEquals("receipt for one", delivery.receive().orElseThrow().utf8());
        delivery.close();
      }
    }
  }

  @Test
  void anotherCertificateOfWhoAcceptedIsShownAtOnceAndNoFrameIsLost() throws Exception {
    try (var _ = handshakes()) {
      pairs(OLD, OLD.withAge(Duration.ofHours(1), SOON));
      talkUntil(pair -> pair.words().size() > 10);
      for (var pair : pairs) pair.b().renew(lab.ca.renewed(pair.b().id));
      // then over TCP the dialler is asked for a fresh road; HTTP/3 asks it within a minute
      talkUntil(pair -> pair.kind() == RoadKind.H3 || replaced(pair, "SENT_AWAY") == 1);
      // and whoever dials now sees it
      for (var pair : pairs) {
        var guest = pair.guest(lab, OLD).a();
        if (pair.kind() == RoadKind.LEGACY) guest.want(pair.b());
        await()
            .until(
                () -> {
                  if (pair.kind() != RoadKind.LEGACY) {
                    guest.links.greet(pair.b().links.local()).orThrow();
                  }
                  return shaken.contains(shake("CLIENT", pair, pair.b()));
                });
      }
    }
  }
}
