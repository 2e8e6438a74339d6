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
import java.util.concurrent.atomic.AtomicLong;

/**
 * {@code make chaos CASE=frozen-peer ARGS=5}: one of three peers, each a process of its own, is
 * stopped by a signal while all are talked to: when is its path lost, and what do the others feel?
 */
public final class FrozenPeer {
  private static final Clocks CLOCKS = Clocks.system();
  private static final NodeId SELF = NodeId.of("eu", "a");
  private static final int A_SECOND = 50;

  /** 3.5 s, as {@code Silence} says, and what signal, polling and a busy machine add to it. */
  private static final double BOUND_MS = 3_750;

  private static final Duration WINDOW = Duration.ofSeconds(5);

  private FrozenPeer() {}

  /** What the peer of a test is: links that echo each frame, until its input ends. */
  public static void main(String... args) throws Exception {
    var id = NodeId.of("eu", args[1]);
    try (var echo = new Echo(Path.of(args[0]), id)) {
      System.out.println("at " + echo.links.local());
      while (System.in.read() >= 0) Thread.onSpinWait();
    }
  }

  /** So many times; what was too late or too slow, nothing when it held. */
  public static List<String> run(int rounds) throws Exception {
    var directory = Files.createTempDirectory(Path.of("target"), "frozen-peer");
    var broken = new ArrayList<String>();
    var peers = List.of("b", "c", "d");
    var processes = new TreeMap<NodeId, Process>();
    try (var self = new Echo(directory, SELF)) {
      var wanted = new TreeMap<NodeId, Endpoint>();
      for (var name : peers) {
        var process = start(directory, name);
        processes.put(NodeId.of("eu", name), process);
        wanted.put(NodeId.of("eu", name), at(process));
      }
      self.links.want(wanted);
      var pace = new ScheduledThreadPoolExecutor(1);
      until(() -> self.links.up().size() == peers.size());
      pace.scheduleAtFixedRate(
          () -> wanted.keySet().forEach(self::ask), 0, 1_000 / A_SECOND, TimeUnit.MILLISECONDS);
      for (var round = 0; round < rounds; round++) freeze(self, processes, broken);
      pace.shutdownNow();
    } finally {
      processes.values().forEach(Process::destroyForcibly);
    }
    return broken;
  }

  private static void freeze(Echo self, Map<NodeId, Process> processes, List<String> broken)
      throws Exception {
    var victim = NodeId.of("eu", "b");
    until(() -> self.links.up().contains(victim));
    var before = rate(self);
    var road = self.links.roads().get(victim);
    signal(processes.get(victim), "STOP");
    var stopped = System.nanoTime();
    until(() -> !self.links.up().contains(victim));
    var lost = (System.nanoTime() - stopped) / 1e6;
    var during = rate(self);
    signal(processes.get(victim), "CONT");
    System.out.printf(
        "lost after %.0f ms on %s; the others' echoes a second: %.1f before, %.1f while it is frozen%n",
        lost, road, before, during);
    if (lost > BOUND_MS) broken.add("the path was lost after %.0f ms".formatted(lost));
    if (during < 0.95 * before)
      broken.add("others: %.1f instead of %.1f".formatted(during, before));
  }

  private static double rate(Echo self) throws Exception {
    var from = self.echoes("b");
    var began = System.nanoTime();
    var end = began + WINDOW.toNanos();
    until(() -> System.nanoTime() >= end);
    return (self.echoes("b") - from) * 1e9 / (System.nanoTime() - began);
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

  private static Process start(Path directory, String name) throws IOException {
    var command =
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
            name);
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static Endpoint at(Process process) throws IOException {
    var out = process.inputReader(StandardCharsets.UTF_8);
    for (var line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("at ")) {
        var port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
        return new Endpoint("127.0.0.1", port);
      }
    }
    throw new IOException("the peer does not start");
  }

  /** Links that answer each frame that asks, and count the answers. */
  private static final class Echo implements Inbound, AutoCloseable {
    final Links links;
    private final Map<String, AtomicLong> echoes = new java.util.concurrent.ConcurrentHashMap<>();

    Echo(Path directory, NodeId id) {
      var ca = DevCa.open(directory.resolve("ca"), CLOCKS.wall(), Chance.secure()).orThrow();
      var identity = new IdentityStore(directory.resolve(id.name()), CLOCKS.wall());
      var credentials = ca.stage(identity, id).flatMap(Staged::adopt).orThrow();
      var ports =
          new LinkPorts(
              this,
              (_, _) -> {},
              _ -> Endpoint.NONE,
              _ -> Endpoint.NONE,
              Set::of,
              CLOCKS,
              Chance.secure(),
              new Meters(Map.of()),
              _ -> {});
      var options = LinkOptions.of(id, ca.cluster()).withSilence(Duration.ofHours(1));
      links = Links.open(options, OwnCredentials.of(credentials), ports).orThrow();
    }

    void ask(NodeId peer) {
      links.send(peer, Family.STREAM, "", Bytes.utf8("ask"));
    }

    /** Of all peers but one. */
    long echoes(String but) {
      return echoes.entrySet().stream()
          .filter(entry -> !entry.getKey().equals(but))
          .mapToLong(entry -> entry.getValue().get())
          .sum();
    }

    @Override
    public void frame(NodeId from, Family family, Bytes frame) {
      if (frame.utf8().equals("ask")) {
        links.send(from, family, "", Bytes.utf8("echo"));
      } else {
        echoes.computeIfAbsent(from.name(), _ -> new AtomicLong()).incrementAndGet();
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
