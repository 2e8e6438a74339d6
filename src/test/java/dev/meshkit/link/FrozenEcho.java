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
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the peers of {@link FrozenPeer} are: links over one kind of road that answer each frame that
 * asks, and count the answers; also a process that is nothing else, until its input ends.
 */
public final class FrozenEcho implements Inbound, AutoCloseable {
  private static final Clocks CLOCKS = Clocks.system();

  final Links links;
  private final NodeId id;
  private final RoadKind over;
  private final Map<NodeId, Endpoint> legacy = new ConcurrentHashMap<>();
  private final Map<NodeId, Endpoint> places = new TreeMap<>(); // of one thread
  private final Map<NodeId, Heard> echoes = new ConcurrentHashMap<>();

  FrozenEcho(Path directory, NodeId id, RoadKind over) {
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
            .withMode(RoadPair.mode(over))
            .withLegacy(new Endpoint("127.0.0.1", 0));
    links = Links.open(options, OwnCredentials.of(credentials), ports).orThrow();
    if (over == RoadKind.LEGACY) {
      var only = new RoadPolicy.Window(1, 2, 1);
      links.policy(new RoadPolicy(options.mode(), Map.of("eu", only))).orThrow();
    }
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

  /**
   * The process: a directory, its name and its roads; of somebody whom it wants, if that is said.
   */
  public static void main(String... args) throws Exception {
    var id = NodeId.of("eu", args[1]);
    try (var echo = new FrozenEcho(Path.of(args[0]), id, RoadKind.valueOf(args[2]))) {
      if (args.length > 3) {
        var wanted = NodeId.of("eu", args[3]);
        echo.legacy.put(wanted, at(args[5]));
        echo.links.want(Map.of(wanted, at(args[4])));
      }
      System.out.println("at " + echo.links.local() + " " + echo.links.legacy());
      while (System.in.read() >= 0) Thread.onSpinWait();
    }
  }

  /**
   * A process that is a peer of this one, over the same kind of road; {@code dials} us or not.
   * Blocks until it listens: all of them read the files of one CA.
   */
  Process start(Path directory, NodeId peer, boolean dials) throws IOException {
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
                FrozenEcho.class.getName(),
                directory.toString(),
                peer.name(),
                over.name()));
    if (dials) {
      command.addAll(List.of(id.name(), links.local().toString(), links.legacy().toString()));
    }
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var at = at(process);
    places.put(peer, at.getFirst());
    legacy.put(peer, at.getLast());
    return process;
  }

  /** Dials all whom it started. */
  void dial() {
    links.want(places);
  }

  /** Its mesh port and its legacy port. */
  private static List<Endpoint> at(Process process) throws IOException {
    var out = process.inputReader(StandardCharsets.UTF_8);
    for (var line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("at ")) {
        return Stream.of(line.substring("at ".length()).split(" ")).map(FrozenEcho::at).toList();
      }
    }
    throw new IOException("the peer does not start");
  }

  private static Endpoint at(String text) {
    var port = Integer.parseInt(text.substring(text.lastIndexOf(':') + 1));
    return port == 0 ? Endpoint.NONE : new Endpoint("127.0.0.1", port);
  }

  /** Whether so many peers are linked, all over the road that is meant. */
  boolean isLinkedTo(int peers) {
    var roads = links.roads().values();
    return roads.size() == peers && roads.stream().allMatch(over::equals);
  }

  void ask(NodeId peer) {
    links.send(peer, Family.STREAM, "", Bytes.utf8("ask"));
  }

  /** How often those peers have answered. */
  long echoes(Predicate<NodeId> which) {
    return heard(which).mapToLong(Heard::count).sum();
  }

  private Stream<Heard> heard(Predicate<NodeId> which) {
    return echoes.entrySet().stream()
        .filter(entry -> which.test(entry.getKey()))
        .map(Map.Entry::getValue);
  }

  void forgetGaps() {
    echoes.values().forEach(Heard::forgetGaps);
  }

  /** The longest time without an echo of one of those peers; it may last. */
  double longestGapMs(Predicate<NodeId> which) {
    return heard(which).mapToDouble(one -> one.longestGapNanos() / 1e6).max().orElseThrow();
  }

  @Override
  public void frame(NodeId from, Family family, Bytes frame) {
    if (frame.utf8().equals("ask")) {
      links.send(from, family, "", Bytes.utf8("echo"));
    } else {
      echoes.computeIfAbsent(from, _ -> new Heard()).one();
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
