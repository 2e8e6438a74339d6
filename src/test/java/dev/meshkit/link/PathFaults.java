package dev.meshkit.link;

import dev.meshkit.link.Namespaces.Way;
import dev.meshkit.transport.RoadKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * {@code make chaos CASE=path-faults}: two nodes, each a process on a host of its own (a network
 * namespace), and a router between them that lets UDP, or nothing, or only small packets pass, or
 * one of them under another address: T26, T28 and the first rows of the table of faults. Where that
 * cannot be made it did not run, which is no success.
 *
 * <p>The oracle: every durable message is applied once, in order, whatever the path does; where the
 * streams move from one road to another that works, no frame is lost or doubled.
 */
public final class PathFaults {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** By the nodes' own clocks, from the dial, or the loss, to the road. */
  private static final double H2_MS = 2_500;

  /** What an HTTP/3 that works again takes beside the time in which it proves itself. */
  private static final double MOVE_MS = 500;

  /** When what is open on a path that is cut has ended. */
  private static final double LOST_MS = 4_500;

  private static final int CALLS = 64;

  private final Namespaces hosts;
  private final DistantProcess a;
  private final DistantProcess b;
  private final String name;
  private final List<String> broken;

  private PathFaults(String name, Namespaces hosts, DistantProcess a, DistantProcess b) {
    this.name = name;
    this.hosts = hosts;
    this.a = a;
    this.b = b;
    this.broken = new ArrayList<>();
  }

  /** One row of the table. */
  @FunctionalInterface
  private interface Row {
    void run(PathFaults on) throws IOException, InterruptedException;
  }

  private record Named(String name, Row row) {}

  private static final List<Named> ROWS =
      List.of(
          new Named("udp blocked both ways", on -> on.blocked(Way.THERE, Way.BACK)),
          new Named("udp blocked there", on -> on.blocked(Way.THERE)),
          new Named("udp blocked back", on -> on.blocked(Way.BACK)),
          new Named("udp dies", PathFaults::udpDies),
          new Named("black hole", PathFaults::blackHole),
          new Named("narrow from the start", PathFaults::narrow),
          new Named("narrows under load", PathFaults::narrows),
          new Named("rebinding", PathFaults::rebinding));

  /** All rows, or those whose names begin so; what broke, nothing when all held. */
  public static List<String> run(String only) throws Exception {
    var refusal = Namespaces.refusal();
    if (refusal.isPresent()) {
      return List.of("did not run: no network namespaces here: " + refusal.get().strip());
    }
    var rows = ROWS.stream().filter(row -> row.name().startsWith(only)).toList();
    if (rows.isEmpty()) return List.of("did not run: there is no row '" + only + "'");
    var broken = new ArrayList<String>();
    for (var row : rows) broken.addAll(run(row));
    return broken;
  }

  private static List<String> run(Named row) throws Exception {
    var directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "path-faults");
    try (var hosts = new Namespaces();
        var a = new DistantProcess(hosts.runningOn("a"), directory, Lab.A, "0.0.0.0");
        var b = new DistantProcess(hosts.runningOn("b"), directory, Lab.B, Namespaces.B)) {
      var on = new PathFaults(row.name(), hosts, a, b);
      try {
        row.row().run(on);
        on.isExact();
      } catch (ConditionTimeoutException late) {
        on.broken.add(row.name() + ": " + late.getMessage() + "; " + a.ask() + " " + b.ask());
      }
      return on.broken;
    }
  }

  // ---- the rows

  /** H2 within 2.5 s of the dial; healed, HTTP/3 at the next retry, and nothing lost or doubled. */
  private void blocked(Way... ways) throws IOException, InterruptedException {
    overHttp3(); // once, so that what is measured is no start of a JVM
    hush();
    allIsHeard(); // or what waits to be sent ends with its stream
    a.tell("leave");
    b.tell("leave");
    until("apart", () -> isDown(a) && isDown(b));
    hosts.cutUdp(ways);
    meet();
    until("over HTTP/2", () -> a.ask().isOn(RoadKind.H2));
    var seen = a.ask();
    isSoon("HTTP/2", seen.roadSince() - seen.wantedAt(), H2_MS);
    until("linked", () -> b.ask().isOn(RoadKind.H2));
    talk(0);
    talkOn();
    until("a retry is to come", () -> a.ask().untilHttp3Ms() > MOVE_MS);
    var retryMs = a.ask().untilHttp3Ms();
    hosts.heal();
    var took = until("over HTTP/3", () -> a.ask().isOn(RoadKind.H3) && b.ask().isOn(RoadKind.H3));
    var proofMs = DistantNode.TIMES.proof().toMillis();
    isSoon("HTTP/3", (long) took, retryMs + proofMs + MOVE_MS);
    talkOn();
    noFrameIsMissing();
  }

  /** What waits for an answer knows within 4.5 s, and 2.5 s later the streams are back. */
  private void udpDies() throws IOException, InterruptedException {
    overHttp3();
    a.tell("call " + CALLS);
    until("calls wait", () -> b.ask().held() == CALLS);
    hosts.cutUdp(Way.values());
    var lost = until("calls ended", () -> a.ask().failed() == CALLS);
    if (lost > LOST_MS) broken.add("%s: calls ended after %.0f ms".formatted(name, lost));
    until("over HTTP/2", () -> a.ask().isOn(RoadKind.H2) && b.ask().isOn(RoadKind.H2));
    var back = Math.max(a.ask().roadSince(), b.ask().roadSince());
    isSoon("HTTP/2", back - a.ask().failedAt(), H2_MS);
    hosts.heal();
    until("over HTTP/3", () -> a.ask().isOn(RoadKind.H3) && b.ask().isOn(RoadKind.H3));
  }

  private void blackHole() throws IOException, InterruptedException {
    overHttp3();
    hosts.cutAll();
    var took = until("lost", () -> isDown(a) && isDown(b));
    if (took > LOST_MS) broken.add("%s: lost after %.0f ms".formatted(name, took));
    hosts.heal();
    until("back", () -> !isDown(a) && !isDown(b));
  }

  /** QUIC needs packets of 1,200 bytes, TCP does not. */
  private void narrow() throws IOException, InterruptedException {
    hosts.narrow(1_000);
    meet();
    until("over HTTP/2", () -> a.ask().isOn(RoadKind.H2));
    talk(16 << 10);
    until("talks", () -> a.ask().applied() > 40 && b.ask().applied() > 40);
  }

  private void narrows() throws IOException, InterruptedException {
    meet();
    until("over HTTP/3", () -> a.ask().isOn(RoadKind.H3));
    talk(16 << 10);
    until("talks", () -> a.ask().applied() > 40 && b.ask().applied() > 40);
    hosts.narrow(1_280);
    var then = Math.min(a.ask().applied(), b.ask().applied());
    // what is on its way in larger packets is lost for good, until that is noticed
    until("talks on", () -> a.ask().applied() > then + 80 && b.ask().applied() > then + 80);
  }

  private void rebinding() throws IOException, InterruptedException {
    overHttp3();
    hosts.rebind();
    b.want(a, Namespaces.A_MOVED); // as gossip will say
    var then = Math.min(a.ask().applied(), b.ask().applied());
    until("talks on", () -> a.ask().applied() > then + 80 && b.ask().applied() > then + 80);
    var heard = Math.min(a.ask().once(), b.ask().once());
    until("hears", () -> a.ask().once() > heard + 40 && b.ask().once() > heard + 40);
    System.out.printf("%s: on %s, %s%n", name, a.ask().road(), frames());
  }

  // ---- what they share

  private void isSoon(String what, long tookMs, double mostMs) {
    System.out.printf("%s: %s took %d ms of %.0f%n", name, what, tookMs, mostMs);
    if (tookMs > mostMs) broken.add("%s: %s after %d ms".formatted(name, what, tookMs));
  }

  private void meet() {
    a.want(b, Namespaces.B);
    b.want(a, Namespaces.A);
  }

  private void talkOn() {
    var there = a.ask().said();
    var back = b.ask().said();
    until("talks", () -> a.ask().said() > there + 40 && b.ask().said() > back + 40);
  }

  private void overHttp3() {
    meet();
    until("over HTTP/3", () -> a.ask().isOn(RoadKind.H3) && b.ask().isOn(RoadKind.H3));
    talk(0);
    talkOn();
  }

  private void talk(int padding) {
    a.tell("talk " + padding);
    b.tell("talk " + padding);
  }

  private void hush() {
    a.tell("hush");
    b.tell("hush");
  }

  private static boolean isDown(DistantProcess node) {
    return node.ask().road().equals(RoadHistory.NONE);
  }

  private String frames() {
    return "a said %d, b heard %d; b said %d, a heard %d"
        .formatted(a.ask().said(), b.ask().once(), b.ask().said(), a.ask().once());
  }

  private void noFrameIsMissing() {
    hush();
    allIsHeard();
    for (var node : List.of(a, b)) {
      var seen = node.ask();
      if (seen.heard() != seen.once()) broken.add(name + ": frames were doubled: " + seen);
    }
  }

  private void allIsHeard() {
    until(
        "all frames heard",
        () -> a.ask().once() == b.ask().said() && b.ask().once() == a.ask().said());
  }

  /** Whatever the path did: what was promised is applied, once and in order. */
  private void isExact() {
    hush();
    until(
        "all messages applied",
        () -> a.ask().applied() == b.ask().sent() && b.ask().applied() == a.ask().sent());
    for (var node : List.of(a, b)) {
      if (!node.ask().exact()) broken.add(name + ": not once, or not in order: " + node.ask());
    }
    System.out.printf(
        "%s: %d and %d messages, exact; %s%n", name, a.ask().sent(), b.ask().sent(), frames());
  }

  /** Blocks until it holds; how many ms it took. */
  private double until(String what, BooleanSupplier state) {
    var began = System.nanoTime();
    Awaitility.await(name + ": " + what)
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(state::getAsBoolean);
    var took = (System.nanoTime() - began) / 1e6;
    System.out.printf("%s: %s after %.0f ms%n", name, what, took);
    return took;
  }
}
