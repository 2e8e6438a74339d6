package dev.meshkit.bench;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Received;
import dev.meshkit.api.SendOptions;
import dev.meshkit.config.DiscoveryConfig;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * One of two nodes, which sends to the other and takes what that one sends, over lanes of each
 * class; both serve both versions of the transport. As a process it is told by lines what to do,
 * and answers each with a line.
 */
final class FlipSide implements AutoCloseable {
  /** The classes of messages, each of which makes a lane to a peer. */
  static final int LANES = SendOptions.Traffic.values().length;

  /** Who send over one lane, each one message after the other: each waits for a commit. */
  static final int CALLERS = 16;

  private static final String TOPIC = "bench";
  private static final String PADDING = ".".repeat(240);

  private final NodeId peer;
  private final FlipLanes lanes = new FlipLanes(LANES, CALLERS);
  private final Mesh mesh;
  private int sent; // of each caller

  /**
   * What comes at whoever is asked to send.
   *
   * @param each messages of each caller
   * @param paceNanos between two messages of a caller
   * @param slots of time that silences are told apart by
   * @param slotNanos how long each of them is
   */
  record Turn(int each, long paceNanos, int slots, long slotNanos) {
    /** Messages of all callers of all lanes of one side. */
    long messages() {
      return (long) each * CALLERS * LANES;
    }

    /** A line, as another process reads it. */
    String text() {
      return each + " " + paceNanos + " " + slots + " " + slotNanos;
    }

    /** Reads it. */
    static Turn parse(String line) {
      var words = line.split(" ");
      return new Turn(
          Integer.parseInt(words[0]),
          Long.parseLong(words[1]),
          Integer.parseInt(words[2]),
          Long.parseLong(words[3]));
    }
  }

  FlipSide(Path data, NodeId self, NodeId peer, List<Endpoint> seeds) {
    this.peer = peer;
    var any = new Endpoint("127.0.0.1", 0);
    var config =
        MeshConfig.of(self.region(), self.name(), data.resolve(self.name()))
            .withDiscovery(new DiscoveryConfig(seeds))
            .withListen(ListenConfig.of(any).withLegacy(any))
            .withHttp(HttpConfig.off());
    var settled = MeshKit.dev(config).orThrow();
    var untraced = settled.withQueue(settled.queue().withTrace(false)); // as without --dev
    this.mesh = MeshKit.builder(untraced).on(TOPIC, this::took).open();
  }

  /** A side in a process of its own: where its data is, both names, and where to join. */
  public static void main(String... args) throws Exception {
    var seeds = List.of(Endpoint.parse(args[3]));
    var ids = List.of(NodeId.parse(args[1]), NodeId.parse(args[2]));
    try (var side = new FlipSide(Path.of(args[0]), ids.getFirst(), ids.getLast(), seeds);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      System.out.println("open");
      for (var line = in.readLine(); line != null; line = in.readLine())
        System.out.println(side.told(line));
    }
    System.exit(0);
  }

  /** An empty line asks what was seen; another is a turn. */
  private String told(String line) throws Exception {
    if (line.isEmpty()) return lanes.seen().text();
    send(Turn.parse(line));
    return "sent";
  }

  Endpoint endpoint() {
    return mesh.endpoint();
  }

  FlipLanes.Seen seen() {
    return lanes.seen();
  }

  private Disposition took(Received received) {
    var words = received.message().body().utf8().split(" ", 4);
    lanes.came(
        Integer.parseInt(words[0]),
        Integer.parseInt(words[1]),
        Integer.parseInt(words[2]),
        System.nanoTime());
    return Disposition.Ack.plain();
  }

  /** Has all callers send at their pace; blocks until each message of theirs is durable. */
  void send(Turn turn) throws Exception {
    var began = System.nanoTime();
    lanes.begin(began, turn.slots(), turn.slotNanos());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all =
          IntStream.range(0, LANES * CALLERS)
              .<Callable<Boolean>>mapToObj(i -> () -> called(i / CALLERS, i % CALLERS, turn, began))
              .map(threads::submit)
              .toList();
      for (var one : all) one.get();
    }
    sent += turn.each();
  }

  private boolean called(int lane, int caller, Turn turn, long began) throws InterruptedException {
    var place = (double) (caller * LANES + lane) / (LANES * CALLERS); // lanes by turns
    var own = (long) (place * turn.paceNanos());
    for (var i = 0; i < turn.each(); i++) {
      until(began + own + i * turn.paceNanos());
      var number = sent + i;
      var body = Bytes.utf8(lane + " " + caller + " " + number + " " + PADDING);
      mesh.send(peer, Message.of(TOPIC, body), options(lane, caller, number)).orThrow();
    }
    return true;
  }

  private static void until(long nanos) {
    for (var left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime())
      LockSupport.parkNanos(left);
  }

  /** Of states each is of something else, so that none replaces another. */
  private static SendOptions options(int lane, int caller, int number) {
    return switch (SendOptions.Traffic.values()[lane]) {
      case CONTROL -> SendOptions.CONTROL;
      case STATE -> SendOptions.state(caller + "/" + number);
      case BULK -> SendOptions.BULK;
    };
  }

  @Override
  public void close() {
    mesh.close();
  }
}
