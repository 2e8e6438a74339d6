package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadMode;
import dev.meshkit.transport.RoadPolicy;
import dev.meshkit.transport.RoadPolicy.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** §13: whatever meters and the recording tell of HTTP/3, they tell of the legacy socket too. */
@Timeout(180)
class LegacyTracesTest {
  private static final Set<String> OF_ROADS =
      Set.of("meshkit.Handshake", "meshkit.RpcCall", "meshkit.RoadChange", "meshkit.ConnectionEnd");

  @TempDir private Path directory;

  @Test
  void bothRoadsLeaveTheSameTraces() throws Exception {
    var usual = traces(RoadKind.H3, new Window(2, 2, 2));
    assertTrue(usual.size() > 12, usual.toString());
    assertEquals(usual, traces(RoadKind.LEGACY, new Window(1, 2, 1)));
  }

  /** What a short life of two nodes leaves behind, without the name of the road. */
  private Set<String> traces(RoadKind road, Window window) throws Exception {
    var traces = new TreeSet<String>();
    try (var recording = new Recording();
        var lab = new Lab()) {
      OF_ROADS.forEach(name -> recording.enable(name).withThreshold(Duration.ZERO));
      recording.start();
      var a = node(lab, true, window);
      var b = node(lab, false, window);
      live(a, b, road);
      for (var station : new Lab.Station[] {a, b}) {
        station.meters.scrape().lines().filter(LegacyTracesTest::isOfRoads).forEach(traces::add);
      }
      a.close();
      b.close();
      recording.stop();
      var file = directory.resolve(road + ".jfr");
      recording.dump(file);
      for (var event : RecordingFile.readAllEvents(file)) traces.add(text(event));
    }
    traces.removeIf(trace -> trace.contains("/Probe")); // a PING is no call
    traces.removeIf(trace -> trace.contains("ConnectionEnd SERVER")); // perhaps after the recording
    var neutral = new TreeSet<String>();
    for (var trace : traces) neutral.add(trace.replace(road.name(), "ROAD"));
    return neutral;
  }

  private static Lab.Station node(Lab lab, boolean first, Window window) {
    var id = first ? A : B;
    var loopback = new Endpoint("127.0.0.1", 0);
    var station =
        lab.node(id, lab.ca.node(id), opt -> opt.withLegacy(loopback).withMode(RoadMode.H3));
    station.links.policy(new RoadPolicy(RoadMode.H3, Map.of("eu", window))).orThrow();
    return station;
  }

  private static void live(Lab.Station a, Lab.Station b, RoadKind road) throws Exception {
    a.want(b);
    for (var family : new Family[] {Family.STREAM, Family.ELECT}) {
      await().until(() -> a.say(B, family, "hi"));
      await().until(() -> b.heard.contains(family + " eu/a hi"));
    }
    a.links.sync(B, Bytes.utf8("table"), Duration.ofSeconds(20)).orThrow();
    try (var stream = a.links.deliver(B).orThrow()) {
      assertTrue(stream.send(Bytes.utf8("m")));
      var _ = stream.receive().orElseThrow();
    }
    assertEquals(Map.of(B, road), a.links.roads());
    assertEquals(Map.of(A, road), b.links.roads());
    await().until(() -> a.links.peerRoads().get(B).roundTrip().isPresent());
  }

  private static boolean isOfRoads(String line) {
    return line.matches("meshkit_(connections|dials_total|handshake_seconds_count).* [1-9].*");
  }

  private static String text(RecordedEvent event) {
    var name = event.getEventType().getName();
    return switch (name) {
      case "meshkit.Handshake" ->
          String.join(
              " ",
              name,
              event.getString("side"),
              event.getString("road"),
              event.getString("peer"),
              event.getString("code"),
              event.getInstant("notAfter").toEpochMilli() > 0 ? "dated" : "undated");
      case "meshkit.RpcCall" ->
          String.join(
              " ",
              name,
              event.getString("side"),
              event.getString("road"),
              event.getString("peer"),
              event.getString("method"));
      case "meshkit.RoadChange" ->
          String.join(
              " ", name, event.getString("peer"), event.getString("from"), event.getString("to"));
      default ->
          String.join(
              " ",
              name,
              event.getString("side"),
              event.getString("road"),
              event.getString("peer"),
              event.getString("cause"));
    };
  }
}
