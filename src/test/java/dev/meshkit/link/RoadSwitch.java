package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadMode;
import dev.meshkit.transport.RoadPolicy;
import dev.meshkit.transport.RoadPolicy.Window;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code make chaos CASE=road-switch ARGS=120}: two nodes with real stores and roads send each
 * other durable messages while their policy goes from HTTP/3 to the legacy socket and back every
 * two seconds.
 */
public final class RoadSwitch {
  private static final Duration TURN = Duration.ofSeconds(2);
  private static final int A_SECOND = 50;

  private RoadSwitch() {}

  /** What was applied twice or never, and which frames were lost; nothing when it held. */
  public static List<String> run(int seconds) throws Exception {
    var broken = new ArrayList<String>();
    try (var lab = new Lab();
        var a = office(lab, A);
        var b = office(lab, B)) {
      a.station.want(b.station);
      b.station.want(a.station);
      until(() -> a.station.links.up().contains(B) && b.station.links.up().contains(A));
      until(() -> a.station.links.isLive(Family.ELECT) && b.station.links.isLive(Family.ELECT));
      var pace = new ScheduledThreadPoolExecutor(1);
      var said = new AtomicInteger();
      pace.scheduleAtFixedRate(
          () -> talk(a, b, said), 1_000, 1_000 / A_SECOND, TimeUnit.MILLISECONDS);
      policy(false, a, b); // as a rollout does: both permit version 1 before anyone uses it
      for (var turn = 0; turn < seconds / TURN.toSeconds(); turn++) {
        var legacy = turn % 2 == 0;
        var before = said.get();
        policy(legacy, a, b);
        until(() -> said.get() >= before + A_SECOND * TURN.toSeconds());
        var road = a.station.links.roads().get(B);
        if (legacy != (road == RoadKind.LEGACY)) broken.add("turn " + turn + " ended on " + road);
      }
      pace.shutdown();
      if (!pace.awaitTermination(10, TimeUnit.SECONDS)) broken.add("the talk does not end");
      var sent = said.get();
      until(() -> a.applied.size() >= sent && b.applied.size() >= sent);
      check(broken, a, sent);
      check(broken, b, sent);
      System.out.printf(
          "sent %d each way, roads %s%n", sent, a.station.links.peerRoads().get(B).history());
    }
    return broken;
  }

  private static Office office(Lab lab, NodeId id) throws Exception {
    var directory = Files.createTempDirectory(Path.of("target"), "road-switch-" + id.name());
    return new Office(
        directory, deliveries -> lab.node(id, deliveries, new Endpoint("127.0.0.1", 0)));
  }

  private static void check(List<String> broken, Office office, int sent) {
    var wanted = new ArrayList<String>();
    for (var i = 0; i < sent; i++) wanted.add("m" + i);
    if (!wanted.equals(office.applied)) {
      broken.add(
          "%s applied %d of %d messages, or not in order"
              .formatted(office.station.id, office.applied.size(), sent));
    }
    for (var family : List.of("STREAM", "ELECT")) {
      var frames = office.station.heard.stream().filter(line -> line.startsWith(family)).toList();
      var doubled = frames.size() - (int) frames.stream().distinct().count();
      var lost = sent - (int) frames.stream().distinct().count();
      System.out.printf("%s %s: %d lost, %d doubled%n", office.station.id, family, lost, doubled);
      if (lost > 0 || doubled > 0) broken.add(family + " frames were lost or doubled");
    }
  }

  private static void talk(Office a, Office b, AtomicInteger said) {
    try {
      var i = said.get();
      a.send(B, i);
      b.send(A, i);
      said.incrementAndGet();
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  private static void policy(boolean legacy, Office... offices) {
    var window = new Window(1, 2, legacy ? 1 : 2);
    var policy = new RoadPolicy(RoadMode.AUTO, Map.of("eu", window));
    for (var office : offices) office.station.links.policy(policy).orThrow();
  }

  private static void until(java.util.concurrent.Callable<Boolean> state) {
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(state);
  }
}
