package dev.meshkit.link;

import static org.awaitility.Awaitility.await;

import dev.meshkit.api.Endpoint;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadTimes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Two nodes that dial each other at the same moment, again and again, over each kind of road. */
public final class BothDial {
  private static final Endpoint ELSEWHERE = new Endpoint("127.0.0.1", 9);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private BothDial() {}

  /** {@code make chaos CASE=both-dial ARGS=1000}. */
  public static List<String> run(int rounds) {
    var broken = new ArrayList<String>();
    for (var kind : RoadKind.values()) meet(kind, rounds, broken);
    return broken;
  }

  private static void meet(RoadKind kind, int rounds, List<String> broken) {
    var times = RoadTimes.DEFAULTS.withIdle(Duration.ofMillis(100));
    try (var lab = new Lab()) {
      var pair =
          new RoadPair(
              kind,
              RoadPair.station(lab, "a", kind, times),
              RoadPair.station(lab, "b", kind, times),
              List.of());
      for (var round = 1; round <= rounds; round++) {
        try {
          meet(pair, round);
        } catch (RuntimeException late) {
          broken.add("%s, round %d: %s".formatted(kind, round, late.getMessage() + state(pair)));
          return;
        }
      }
    }
  }

  private static void meet(RoadPair pair, int round) {
    var a = pair.a();
    var b = pair.b();
    // another address makes the larger id open at once, as the smaller does anyway
    b.links.want(Map.of(a.id, ELSEWHERE));
    b.links.want(Map.of(a.id, a.links.local()));
    a.links.want(Map.of(b.id, b.links.local()));
    var word = "round " + round;
    for (var family : List.of(Family.STREAM, Family.ELECT)) {
      until("said " + family, () -> a.say(b.id, family, word) && b.say(a.id, family, word));
      until("b heard " + family, () -> b.heard.contains(family + " eu/a " + word));
      until("a heard " + family, () -> a.heard.contains(family + " eu/b " + word));
    }
    until("one stream", () -> streams(a, pair.kind()) == 1 && streams(b, pair.kind()) == 1);
    until("one road", () -> a.links.dialled().size() + b.links.dialled().size() == 1);
    for (var family : List.of(Family.STREAM, Family.ELECT)) { // and it is the one they use
      until(
          "said again " + family,
          () -> a.say(b.id, family, word + "!") && b.say(a.id, family, word + "!"));
      until("b heard again " + family, () -> b.heard.contains(family + " eu/a " + word + "!"));
      until("a heard again " + family, () -> a.heard.contains(family + " eu/b " + word + "!"));
    }
    a.links.want(Map.of());
    b.links.want(Map.of());
    for (var family : List.of(Family.STREAM, Family.ELECT)) {
      until("parted", () -> !a.links.isLive(family) && !b.links.isLive(family));
    }
    a.heard.clear();
    b.heard.clear();
  }

  private static double streams(Lab.Station station, RoadKind kind) {
    return station.count("meshkit_connections{direction=\"OUT\",road=\"" + kind + "\"}")
        + station.count("meshkit_connections{direction=\"IN\",road=\"" + kind + "\"}");
  }

  private static void until(String what, java.util.concurrent.Callable<Boolean> state) {
    await(what)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .atMost(PATIENCE)
        .until(state);
  }

  private static String state(RoadPair pair) {
    return state(pair.a(), pair.kind()) + state(pair.b(), pair.kind());
  }

  private static String state(Lab.Station station, RoadKind kind) {
    return " %s: up %s, dialled %s, streams %s;"
        .formatted(station.id, station.links.up(), station.links.dialled(), streams(station, kind));
  }
}
