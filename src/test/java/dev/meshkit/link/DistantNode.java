package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.security.Credentials;
import dev.meshkit.security.DevCa;
import dev.meshkit.security.IdentityStore;
import dev.meshkit.security.Staged;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadTimes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node as a process of its own, for {@link PathFaults}: links, queue and inbox, which its
 * standard input tells whom to talk to, and which answers each question with one line.
 */
final class DistantNode implements AutoCloseable {
  private static final Clocks CLOCKS = Clocks.system();
  static final RoadTimes TIMES =
      RoadTimes.DEFAULTS.withRetry(Duration.ofSeconds(2), Duration.ofSeconds(1));
  private static final Duration PACE = Duration.ofMillis(25); // fewer than a peer may say a second

  private final Lab lab = new Lab();
  private final NodeId id;
  private final Office office;
  private final ScheduledThreadPoolExecutor pace = new ScheduledThreadPoolExecutor(1);
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger said = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private volatile long wantedAt;
  private volatile long failedAt;
  private volatile NodeId peer = NodeId.NOBODY;
  private volatile String padding = "";
  private volatile boolean talks;

  private DistantNode(Path directory, NodeId id, Endpoint at) throws Exception {
    this.id = id;
    var own = Files.createDirectories(directory.resolve(id.name()));
    var credentials = credentials(directory, own);
    office =
        new Office(
            own,
            deliveries ->
                lab.node(
                    id,
                    deliveries,
                    credentials,
                    options -> options.withListen(at).withTimes(TIMES)));
    pace.scheduleAtFixedRate(this::talk, 0, PACE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Credentials credentials(Path directory, Path own) {
    var ca = DevCa.open(directory.resolve("ca"), CLOCKS.wall(), Chance.secure()).orThrow();
    var store = new IdentityStore(own.resolve("identity"), CLOCKS.wall());
    return ca.stage(store, id).flatMap(Staged::adopt).orThrow();
  }

  /** Arguments: directory, name, address. */
  public static void main(String... args) throws Exception {
    var id = NodeId.of("eu", args[1]);
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (var node = new DistantNode(Path.of(args[0]), id, new Endpoint(args[2], 0))) {
      System.out.println("at " + node.office.station.links.local().port());
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        node.heed(line.split(" ", -1));
      }
    }
  }

  private void heed(String... words) throws IOException {
    switch (words[0]) {
      case "want" -> {
        peer = NodeId.parse(words[1]);
        var at = new Endpoint(words[2], Integer.parseInt(words[3]));
        wantedAt = CLOCKS.wall().millis();
        office.station.links.want(Map.of(peer, at));
      }
      case "leave" -> office.station.links.want(Map.of());
      case "talk" -> {
        padding = " ".repeat(Integer.parseInt(words[1]));
        talks = true;
      }
      case "hush" -> hush();
      case "call" -> call(Integer.parseInt(words[1]));
      case "?" -> {}
      default -> throw new IOException("what is " + words[0]);
    }
    System.out.println(answer());
  }

  /** Calls that wait for their answers for longer than anything here takes. */
  private void call(int calls) {
    for (var i = 0; i < calls; i++) {
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  var asked = office.station.links.sync(peer, Lab.HOLD, Duration.ofHours(1));
                  if (asked instanceof Result.Err<Bytes>(var error)) failed(error);
                } catch (InterruptedException never) {
                  Thread.currentThread().interrupt();
                }
              });
    }
  }

  /** With the path, and for no other reason: of such a call nobody can say whether it was heard. */
  private void failed(MeshError error) {
    if (!"MK-NET-008".equals(error.details().get("mk"))) return;
    failedAt = CLOCKS.wall().millis();
    failed.incrementAndGet();
  }

  /** Nothing is being said any more when it returns. */
  private synchronized void hush() {
    talks = false;
  }

  private synchronized void talk() {
    if (!talks) return;
    try {
      office.send(peer, "m" + sent.getAndIncrement() + padding);
      if (office.station.say(peer, Family.STREAM, "f" + said.get())) said.incrementAndGet();
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  /** The fields of an {@link Answer}. */
  private String answer() {
    var heard = office.station.heard.stream().filter(line -> line.startsWith("STREAM")).toList();
    var applied = office.applied.stream().map(String::strip).toList();
    var exact = true;
    for (var i = 0; i < applied.size(); i++) exact &= applied.get(i).equals("m" + i);
    var road = office.station.links.roads().get(peer);
    var changes = office.station.links.peerRoads().get(peer);
    var since = changes == null || changes.history().isEmpty() ? 0 : since(changes.history());
    return "= %s %d %d %b %d %d %d %d %d %d %d %d %d"
        .formatted(
            road == null ? RoadHistory.NONE : road.name(),
            sent.get(),
            applied.size(),
            exact,
            said.get(),
            heard.size(),
            new HashSet<>(heard).size(),
            office.station.held.get(),
            failed.get(),
            wantedAt,
            since,
            failedAt,
            office.station.links.untilHttp3(peer).map(Duration::toMillis).orElse(-1L));
  }

  private static long since(List<RoadChange> changes) {
    return changes.getLast().atWall().toEpochMilli();
  }

  @Override
  public void close() {
    pace.shutdownNow();
    office.close();
    lab.close();
  }

  /**
   * What a node says of itself.
   *
   * @param road that carries the Stream; NONE for none
   * @param sent durable messages that it has promised
   * @param applied those of its peer that were applied
   * @param exact whether these were in order, each once
   * @param said frames that its Stream took
   * @param heard frames of its peer
   * @param once those, each counted once
   * @param held calls of its peer that wait for an answer, or did
   * @param failed calls of its own that had none, because their path was lost
   * @param wantedAt when it was last told whom to talk to, in ms
   * @param roadSince since when it is on its road
   * @param failedAt when the last of its calls failed
   * @param untilHttp3Ms how long until HTTP/3 is tried beside HTTP/2; negative if it is not
   */
  record Answer(
      String road,
      int sent,
      int applied,
      boolean exact,
      int said,
      int heard,
      int once,
      int held,
      int failed,
      long wantedAt,
      long roadSince,
      long failedAt,
      long untilHttp3Ms) {
    static Answer of(String line) {
      var words = line.split(" ", -1);
      return new Answer(
          words[1],
          Integer.parseInt(words[2]),
          Integer.parseInt(words[3]),
          Boolean.parseBoolean(words[4]),
          Integer.parseInt(words[5]),
          Integer.parseInt(words[6]),
          Integer.parseInt(words[7]),
          Integer.parseInt(words[8]),
          Integer.parseInt(words[9]),
          Long.parseLong(words[10]),
          Long.parseLong(words[11]),
          Long.parseLong(words[12]),
          Long.parseLong(words[13]));
    }

    boolean isOn(RoadKind kind) {
      return road.equals(kind.name());
    }
  }
}
