package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.security.DevCa;
import dev.meshkit.security.IdentityStore;
import dev.meshkit.security.OwnCredentials;
import dev.meshkit.security.Staged;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.RoadMode;
import dev.meshkit.transport.RoadPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * {@code make chaos CASE=frozen-peer ARGS=5}: one of three peers, each a process of its own, is
 * stopped by a signal while all are talked to: when is its path lost, and what do the others feel?
 * So many times over each kind of road, whichever side dialled.
 */
public final class FrozenPeer {
  private static final Clocks CLOCKS = Clocks.system();
  private static final int A_SECOND = 50;

  /** The longest that another peer may seem to be away, beyond the time between two questions. */
  private static final double STALL_MS = 1_000;

  private static final Duration WINDOW = Duration.ofSeconds(5);

  private final Roads roads;
  private final Echo self;
  private final List<String> broken;

  private FrozenPeer(Roads roads, Echo self, List<String> broken) {
    this.roads = roads;
    this.self = self;
    this.broken = broken;
  }

  /** A kind of road; a silent path of each is lost within the same time. */
  private enum Over {
    /** As {@code Silence} says, within 3.25 s and a round trip, which is nothing here. */
    H3(RoadMode.H3),
    /** The same: the peer is asked each second, and has 2 s to answer. */
    H2(RoadMode.H2),
    /** The same, as {@code LegacyPulse} counts it. */
    LEGACY(RoadMode.AUTO);

    private static final double MOST_MS = 3_500;

    private final RoadMode mode;

    Over(RoadMode mode) {
      this.mode = mode;
    }
  }

  /** Roads of a kind, all dialled by the one that stays awake, or by those that may freeze. */
  private record Roads(Over over, boolean ours) {
    @Override
    public String toString() {
      return over + (ours ? " dialled by us" : " accepted by us");
    }
  }

  /**
   * What the peer of a test is: links that echo each frame, until its input ends; of somebody whom
   * it wants, if that is said.
   */
  public static void main(String... args) throws Exception {
    var id = NodeId.of("eu", args[1]);
    try (var echo = new Echo(Path.of(args[0]), id, Over.valueOf(args[2]))) {
      if (args.length > 3) {
        var wanted = NodeId.of("eu", args[3]);
        echo.legacy.put(wanted, at(args[5]));
        echo.links.want(Map.of(wanted, at(args[4])));
      }
      System.out.println("at " + echo.links.local() + " " + echo.links.legacy());
      while (System.in.read() >= 0) Thread.onSpinWait();
    }
  }

  /** So many times; what was too late or too slow, nothing when it held. */
  public static List<String> run(int rounds) throws Exception {
    var broken = new ArrayList<String>();
    for (var over : Over.values()) {
      broken.addAll(run(new Roads(over, true), rounds));
      broken.addAll(run(new Roads(over, false), rounds));
    }
    return broken;
  }

  private static List<String> run(Roads roads, int rounds) throws Exception {
    var directory = Files.createTempDirectory(Path.of("target"), "frozen-peer");
    var broken = new ArrayList<String>();
    var peers = List.of("b", "c", "d");
    var processes = new TreeMap<NodeId, Process>();
    var id = NodeId.of("eu", roads.ours() ? "a" : "z"); // the smaller dials
    try (var self = new Echo(directory, id, roads.over())) {
      for (var name : peers)
        processes.put(NodeId.of("eu", name), self.start(directory, name, roads));
      if (roads.ours()) self.want(processes);
      var pace = new ScheduledThreadPoolExecutor(1);
      until(() -> self.isLinkedTo(peers.size()));
      pace.scheduleAtFixedRate(
          () -> processes.keySet().forEach(self::ask), 0, 1_000 / A_SECOND, TimeUnit.MILLISECONDS);
      var frozen = new FrozenPeer(roads, self, broken);
      for (var round = 0; round < rounds; round++) frozen.freeze(processes);
      pace.shutdownNow();
    } finally {
      processes.values().forEach(Process::destroyForcibly);
    }
    return broken;
  }

  private void freeze(Map<NodeId, Process> processes) throws Exception {
    var victim = NodeId.of("eu", "b");
    until(() -> self.isLinkedTo(processes.size()));
    var before = new Echoes(self.echoes("b"), System.nanoTime()).rate(self);
    signal(processes.get(victim), "STOP");
    self.forgetGaps();
    var stopped = new Echoes(self.echoes("b"), System.nanoTime());
    until(() -> !self.links.up().contains(victim));
    var lost = (System.nanoTime() - stopped.atNanos()) / 1e6;
    var why = self.links.peerRoads().get(victim).history().getLast().reason();
    var during = stopped.rate(self); // from the moment on when it froze, found out or not
    var stall = self.longestGapMs("b") - 1_000.0 / A_SECOND;
    signal(processes.get(victim), "CONT");
    System.out.printf(
        "%s: %s after %.0f ms; the others' echoes a second: %.1f before, %.1f while it is frozen,"
            + " none for %.0f ms too long at most%n",
        roads, why, lost, before, during, stall);
    hold(lost <= Over.MOST_MS, "the path was lost after %.0f ms".formatted(lost));
    hold(during >= 0.95 * before, "others: %.1f instead of %.1f".formatted(during, before));
    hold(stall <= STALL_MS, "others: nothing for %.0f ms".formatted(stall));
    var told = why.equals("LOST") || (roads.over() == Over.H3 && !roads.ours());
    hold(told, "the reason is " + why);
  }

  private void hold(boolean held, String otherwise) {
    if (!held) broken.add(roads + ": " + otherwise);
  }

  /** How many echoes of the others there were at some time. */
  private record Echoes(long count, long atNanos) {
    /** How many a second since then, of at least a window's time. */
    double rate(Echo self) {
      var end = atNanos + WINDOW.toNanos();
      until(() -> System.nanoTime() >= end);
      return (self.echoes("b") - count) * 1e9 / (System.nanoTime() - atNanos);
    }
  }

  private static void until(java.util.concurrent.Callable<Boolean> state) {
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(state);
  }

  private static void signal(Process process, String name) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
    if (kill.waitFor() != 0) throw new IOException("cannot send " + name);
  }

  /** Its mesh port and its legacy port. */
  private static List<Endpoint> at(Process process) throws IOException {
    var out = process.inputReader(StandardCharsets.UTF_8);
    for (var line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("at ")) {
        return Stream.of(line.substring("at ".length()).split(" ")).map(FrozenPeer::at).toList();
      }
    }
    throw new IOException("the peer does not start");
  }

  private static Endpoint at(String text) {
    var port = Integer.parseInt(text.substring(text.lastIndexOf(':') + 1));
    return port == 0 ? Endpoint.NONE : new Endpoint("127.0.0.1", port);
  }

  /** Echoes of one peer. */
  private static final class Heard {
    private long count;
    private long lastNanos = System.nanoTime();
    private long longestNanos;

    synchronized void one() {
      longestNanos = longestGapNanos();
      lastNanos = System.nanoTime();
      count++;
    }

    synchronized long count() {
      return count;
    }

    synchronized long longestGapNanos() {
      return Math.max(longestNanos, System.nanoTime() - lastNanos);
    }

    synchronized void forgetGaps() {
      longestNanos = 0;
    }
  }

  /** Links that answer each frame that asks, and count the answers. */
  private static final class Echo implements Inbound, AutoCloseable {
    final Links links;
    final Map<NodeId, Endpoint> legacy = new java.util.concurrent.ConcurrentHashMap<>();
    private final NodeId id;
    private final Over over;
    private final Map<String, Heard> echoes = new java.util.concurrent.ConcurrentHashMap<>();

    Echo(Path directory, NodeId id, Over over) {
      this.id = id;
      this.over = over;
      var ca = DevCa.open(directory.resolve("ca"), CLOCKS.wall(), Chance.secure()).orThrow();
      var identity = new IdentityStore(directory.resolve(id.name()), CLOCKS.wall());
      var credentials = ca.stage(identity, id).flatMap(Staged::adopt).orThrow();
      var ports =
          new LinkPorts(
              this,
              (_, _) -> {},
              _ -> Endpoint.NONE,
              peer -> legacy.getOrDefault(peer, Endpoint.NONE),
              Set::of,
              CLOCKS,
              Chance.secure(),
              new Meters(Map.of()),
              _ -> {});
      var options =
          LinkOptions.of(id, ca.cluster())
              .withSilence(Duration.ofHours(1))
              .withMode(over.mode)
              .withLegacy(new Endpoint("127.0.0.1", 0));
      links = Links.open(options, OwnCredentials.of(credentials), ports).orThrow();
      if (over == Over.LEGACY) {
        var only = new RoadPolicy.Window(1, 2, 1);
        links.policy(new RoadPolicy(over.mode, Map.of("eu", only))).orThrow();
      }
    }

    Process start(Path directory, String name, Roads roads) throws IOException {
      var command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-preview",
                  "--enable-native-access=ALL-UNNAMED",
                  "--sun-misc-unsafe-memory-access=allow",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-Xmx64m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  FrozenPeer.class.getName(),
                  directory.toString(),
                  name,
                  over.name()));
      if (!roads.ours()) {
        command.addAll(List.of(id.name(), links.local().toString(), links.legacy().toString()));
      }
      return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /** Dials them. */
    void want(Map<NodeId, Process> processes) throws IOException {
      var wanted = new TreeMap<NodeId, Endpoint>();
      for (var peer : processes.entrySet()) {
        var at = at(peer.getValue());
        wanted.put(peer.getKey(), at.getFirst());
        legacy.put(peer.getKey(), at.getLast());
      }
      links.want(wanted);
    }

    /** Whether so many peers are linked, all over the road that is meant. */
    boolean isLinkedTo(int peers) {
      var roads = links.roads().values();
      return roads.size() == peers
          && roads.stream().allMatch(road -> road.name().equals(over.name()));
    }

    void ask(NodeId peer) {
      links.send(peer, Family.STREAM, "", Bytes.utf8("ask"));
    }

    /** Of all peers but one. */
    long echoes(String but) {
      return echoes.entrySet().stream()
          .filter(entry -> !entry.getKey().equals(but))
          .mapToLong(entry -> entry.getValue().count())
          .sum();
    }

    void forgetGaps() {
      echoes.values().forEach(Heard::forgetGaps);
    }

    /** The longest time without an echo of one of all peers but one; it may last. */
    double longestGapMs(String but) {
      return echoes.entrySet().stream()
          .filter(entry -> !entry.getKey().equals(but))
          .mapToDouble(entry -> entry.getValue().longestGapNanos() / 1e6)
          .max()
          .orElseThrow();
    }

    @Override
    public void frame(NodeId from, Family family, Bytes frame) {
      if (frame.utf8().equals("ask")) {
        links.send(from, family, "", Bytes.utf8("echo"));
      } else {
        echoes.computeIfAbsent(from.name(), _ -> new Heard()).one();
      }
    }

    @Override
    public void up(NodeId peer) {}

    @Override
    public void down(NodeId peer, boolean refused) {}

    @Override
    public Result<Bytes> sync(NodeId from, Bytes request) {
      return Result.ok(request);
    }

    @Override
    public void close() {
      links.close();
    }
  }
}
