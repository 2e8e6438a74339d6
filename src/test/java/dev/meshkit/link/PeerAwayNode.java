package dev.meshkit.link;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Received;
import dev.meshkit.config.DiscoveryConfig;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.store.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A process of {@link PeerAway}: a node that sends at a pace and looks at what it gets. It says
 * {@code open} and where, {@code !} and what is wrong, and answers each line of its input:
 *
 * <pre>
 * go PEER RATE   sends to a peer until the end
 * stop           sends nothing any more; answers when the last send has
 * sent PEER      how many messages it was told are durable
 * got            how many its handler has had
 * heap           bytes in use after a collection
 * resident       bytes that the process has in memory
 * </pre>
 *
 * <p>A message has a way and a number: of a way they are 1, 2, 3 … at the sender, and so they have
 * to come, each at its first attempt.
 */
final class PeerAwayNode {
  static final String REGION = "eu";

  /** Threads that send to one peer: of one each send would wait for the commit of the last. */
  private static final int WAYS = 8;

  private static final String TOPIC = "load";

  private final Map<String, Long> last = new ConcurrentHashMap<>(); // of a sender's way
  private final Map<String, AtomicLong> sent = new ConcurrentHashMap<>(); // to a peer
  private final Map<Thread, String> senders = new ConcurrentHashMap<>();
  private final AtomicLong got = new AtomicLong();
  private final long seed;
  private volatile boolean stopped;

  private PeerAwayNode(long seed) {
    this.seed = seed;
  }

  /** Arguments: its data directory, whose name is the node's; a seed; then where a peer is. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    var node = new PeerAwayNode(Long.parseLong(arguments[1]));
    try (var mesh = node.open(arguments)) {
      ChildJvm.say("open " + mesh.endpoint());
      var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (var order = orders.readLine(); order != null; order = orders.readLine()) {
        ChildJvm.say(node.answer(mesh, order.split(" ", -1)));
      }
    }
  }

  private Mesh open(String[] arguments) {
    var directory = Path.of(arguments[0]);
    var seeds = Arrays.stream(arguments).skip(2).map(Endpoint::parse).toList();
    var config =
        MeshConfig.of(REGION, directory.getFileName().toString(), directory)
            .withDiscovery(new DiscoveryConfig(seeds))
            .withListen(ListenConfig.of(Endpoint.parse("127.0.0.1:0")))
            .withHttp(HttpConfig.off());
    return MeshKit.builder(MeshKit.dev(config).orThrow()).on(TOPIC, this::take).open();
  }

  private String answer(Mesh mesh, String[] order) throws InterruptedException {
    return switch (order[0]) {
      case "go" -> go(mesh, order[1], Integer.parseInt(order[2]));
      case "stop" -> stop();
      case "sent" -> "sent " + sent.get(order[1]).get();
      case "got" -> "got " + got.get();
      case "heap" -> "heap " + heap();
      case "resident" -> "resident " + resident();
      default -> "! does not know " + order[0];
    };
  }

  private String go(Mesh mesh, String peer, int rate) {
    var count = sent.computeIfAbsent(peer, _ -> new AtomicLong());
    for (var i = 0; i < WAYS; i++) {
      var way = i;
      var pause = TimeUnit.SECONDS.toNanos(WAYS) / rate;
      var thread = Thread.ofVirtual().unstarted(() -> load(mesh, peer, way, pause, count));
      senders.put(thread, peer);
      thread.start();
    }
    return "go";
  }

  private String stop() throws InterruptedException {
    stopped = true;
    for (var thread : senders.keySet()) thread.join();
    return "stop";
  }

  private void load(Mesh mesh, String peer, int way, long pauseNanos, AtomicLong count) {
    var random = new SplittableRandom(seed + way);
    var due = System.nanoTime() + way * pauseNanos / WAYS;
    try {
      for (var n = 1L; !stopped; n++) {
        var ahead = due - System.nanoTime();
        if (ahead > 0) LockSupport.parkNanos(ahead);
        due = Math.max(due + pauseNanos, System.nanoTime()); // what was missed is not made up for
        var body = way + " " + n + " " + "x".repeat(random.nextInt(100, 400));
        mesh.send(NodeId.of(REGION, peer), Message.of(TOPIC, Bytes.utf8(body))).orThrow();
        count.incrementAndGet();
      }
    } catch (RuntimeException failed) {
      ChildJvm.say("! failed to send to " + peer + ": " + failed);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // nobody does
    }
  }

  private Disposition take(Received received) {
    var words = received.message().body().utf8().split(" ", 3);
    var way = received.from().name() + " " + words[0];
    var n = Long.parseLong(words[1]);
    var before = last.getOrDefault(way, 0L);
    if (n != before + 1) ChildJvm.say("! got " + way + " " + n + " after " + before);
    if (received.attempt() != 1) ChildJvm.say("! got " + way + " " + n + " at a later attempt");
    last.put(way, n);
    got.incrementAndGet();
    return Disposition.Ack.plain();
  }

  private static long resident() {
    try (var status = Files.lines(Path.of("/proc/self/status"))) {
      var line = status.filter(one -> one.startsWith("VmRSS:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", "")) << 10;
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  /** The least of a few: what is on its way just now is not what stays. */
  private static long heap() throws InterruptedException {
    var least = Long.MAX_VALUE;
    for (var i = 0; i < 3; i++) {
      System.gc();
      var runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
      Thread.currentThread().join(Duration.ofMillis(100));
    }
    return least;
  }
}
