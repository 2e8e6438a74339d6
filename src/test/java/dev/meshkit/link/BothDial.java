package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;

import dev.meshkit.api.Endpoint;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.RoadMode;
import dev.meshkit.transport.RoadTimes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Two nodes that dial each other at the same moment, again and again. */
public final class BothDial {
  private static final Endpoint ELSEWHERE = new Endpoint("127.0.0.1", 9);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private BothDial() {}

  /** {@code make chaos CASE=both-dial ARGS=1000}. */
  public static List<String> run(int rounds) {
    var broken = new ArrayList<String>();
    var times = RoadTimes.DEFAULTS.withIdle(Duration.ofMillis(100));
    try (var lab = new Lab()) {
      var a =
          lab.node(A, lab.ca.node(A), options -> options.withMode(RoadMode.H3).withTimes(times));
      var b =
          lab.node(B, lab.ca.node(B), options -> options.withMode(RoadMode.H3).withTimes(times));
      for (var round = 1; round <= rounds && broken.isEmpty(); round++) {
        try {
          meet(a, b, round);
        } catch (RuntimeException late) {
          broken.add("round " + round + ": " + late.getMessage() + " " + state(a) + state(b));
        }
      }
    }
    return broken;
  }

  private static void meet(Lab.Station a, Lab.Station b, int round) {
    // another address makes the larger id open at once, as the smaller does anyway
    b.links.want(Map.of(A, ELSEWHERE));
    b.links.want(Map.of(A, a.links.local()));
    a.links.want(Map.of(B, b.links.local()));
    var word = "round " + round;
    for (var family : List.of(Family.STREAM, Family.ELECT)) {
      until("said " + family, () -> a.say(B, family, word) && b.say(A, family, word));
      until("b heard " + family, () -> b.heard.contains(family + " eu/a " + word));
      until("a heard " + family, () -> a.heard.contains(family + " eu/b " + word));
    }
    until("one stream", () -> streams(a) == 1 && streams(b) == 1);
    until("one road", () -> a.links.dialled().size() + b.links.dialled().size() == 1);
    for (var family : List.of(Family.STREAM, Family.ELECT)) { // and it is the one they use
      until(
          "said again " + family,
          () -> a.say(B, family, word + "!") && b.say(A, family, word + "!"));
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

  private static double streams(Lab.Station station) {
    return station.count("meshkit_connections{direction=\"OUT\",road=\"H3\"}")
        + station.count("meshkit_connections{direction=\"IN\",road=\"H3\"}");
  }

  private static void until(String what, java.util.concurrent.Callable<Boolean> state) {
    await(what)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .atMost(PATIENCE)
        .until(state);
  }

  private static String state(Lab.Station station) {
    return " %s: up %s, dialled %s, streams %s;"
        .formatted(station.id, station.links.up(), station.links.dialled(), streams(station));
  }
}
