package dev.meshkit.link;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.LocalStore;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Received;
import dev.meshkit.api.Result;
import dev.meshkit.api.SendOptions;
import dev.meshkit.api.SendOptions.Traffic;
import dev.meshkit.api.Sent;
import dev.meshkit.api.TxWork;
import dev.meshkit.config.DiscoveryConfig;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.config.QueueConfig;
import dev.meshkit.store.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A process to be killed: a node of a mesh that sends its peers messages of all classes as fast as
 * they take them, and writes down what it gets in {@code app_got}, together with the receipt, or
 * before it. It says {@code open}; before each send {@code s peer lane n .}, and {@code S peer lane
 * n .} once it is durable; {@code !} and what failed, if anything does. Ends in order when its
 * input does.
 *
 * <p>Numbers of a lane only grow, over restarts too. A lane is a class, and a coalesce key for
 * STATE. Its handler is not always well: seldom, by a seed, it is slow, says Retry or Snooze,
 * throws, or has its transaction fail.
 */
final class DeliverNode {
  static final String REGION = "eu";

  /** From this {@code round} on it sends nothing, and ends what is left. */
  static final int DRAIN = 1_000_000;

  private static final String TOPIC = "load";
  private static final String CREATE =
      """
      CREATE TABLE IF NOT EXISTS app_got (id INTEGER PRIMARY KEY AUTOINCREMENT,
        sender TEXT NOT NULL, way TEXT NOT NULL, n INTEGER NOT NULL) STRICT""";
  private static final String INSERT = "INSERT INTO app_got (sender, way, n) VALUES (?, ?, ?)";

  private static final long NUMBERS_A_ROUND = 1_000_000;
  private static final int UNSETTLED = 25; // of one lane: what is left at the end is bounded
  private static final int STATE_KEYS = 3;
  private static final int LARGE = 40_000;
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final long seed;
  private final boolean plain; // it writes in a transaction of its own, and then acknowledges
  private final CountDownLatch ready = new CountDownLatch(1);
  private final AtomicLong handled = new AtomicLong();
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile Optional<LocalStore> store = Optional.empty(); // from ready on

  private DeliverNode(long seed, boolean plain) {
    this.seed = seed;
    this.plain = plain;
  }

  /**
   * Arguments: its data directory, whose name is the node's; where it listens; what it advertises;
   * round; seed; its peers' names; {@code work} or {@code plain}; then where a peer is, if it
   * knows.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    var round = Integer.parseInt(arguments[3]);
    var node = new DeliverNode(Long.parseLong(arguments[4]), arguments[6].equals("plain"));
    try (var mesh = node.open(arguments)) {
      mesh.store().commit(tx -> tx.update(CREATE)).orThrow();
      node.store = Optional.of(mesh.store());
      node.ready.countDown();
      ChildJvm.say("open");
      Thread.ofVirtual().start(() -> node.watch(mesh));
      if (round < DRAIN) {
        for (var peer : arguments[5].split(",")) {
          for (var traffic : List.of(Traffic.CONTROL, Traffic.BULK)) {
            Thread.ofVirtual().start(() -> node.load(mesh, peer, traffic, round));
          }
        }
      }
      while (System.in.read() >= 0) {} // until whoever watches is done, or dead
      node.end.countDown();
    }
  }

  private Mesh open(String[] arguments) {
    var directory = Path.of(arguments[0]);
    var retry =
        QueueConfig.defaults()
            .retry()
            .withMaxAttempts(1000) // an ill handler is to poison nothing
            .withBase(Duration.ofMillis(10))
            .withCap(Duration.ofMillis(100));
    var seeds = Arrays.stream(arguments).skip(7).map(Endpoint::parse).toList();
    var config =
        MeshConfig.of(REGION, directory.getFileName().toString(), directory)
            .withDiscovery(new DiscoveryConfig(seeds))
            .withListen(
                ListenConfig.of(Endpoint.parse(arguments[1]))
                    .withAdvertise(Endpoint.parse(arguments[2])))
            .withQueue(QueueConfig.defaults().withRetry(retry))
            .withHttp(HttpConfig.off());
    return MeshKit.builder(MeshKit.dev(config).orThrow()).on(TOPIC, this::take).open();
  }

  private void watch(Mesh mesh) {
    try {
      var why = mesh.awaitStop();
      if (!isEnding()) ChildJvm.say("! has stopped: " + why);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // nobody does
    }
  }

  private boolean isEnding() {
    return end.getCount() == 0;
  }

  private void load(Mesh mesh, String peer, Traffic traffic, int round) {
    var random = new SplittableRandom(seed + round);
    var waiting = new ArrayDeque<Sent>();
    try {
      for (var n = round * NUMBERS_A_ROUND; !isEnding(); n++) {
        var options = new SendOptions(traffic, "", Duration.ZERO);
        waiting.add(send(mesh, peer, options, n, random.nextInt(100) == 0 ? LARGE : 0));
        if (traffic == Traffic.BULK && n % 4 == 0)
          send(mesh, peer, SendOptions.state("k" + n / 4 % STATE_KEYS), n, 0);
        await(waiting);
      }
    } catch (RuntimeException failed) {
      if (!isEnding()) ChildJvm.say("! failed to send to " + peer + ": " + failed);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // nobody does
    }
  }

  private static Sent send(Mesh mesh, String peer, SendOptions options, long n, int padding)
      throws InterruptedException {
    var lane = options.traffic() + options.coalesceKey();
    var body = Bytes.utf8(lane + " " + n + " " + "x".repeat(padding));
    var what = peer + " " + lane + " " + n + " " + DeliverOracle.END;
    ChildJvm.say("s " + what);
    var message = Message.of(TOPIC, body);
    var sent = mesh.send(NodeId.of(REGION, peer), message, options).orThrow();
    ChildJvm.say("S " + what);
    return sent;
  }

  /** Until there is room for one more. */
  private void await(Queue<Sent> waiting) throws InterruptedException {
    while (waiting.size() >= UNSETTLED && !isEnding()) {
      var outcome = waiting.element().await(LOOK_AGAIN);
      var waits = outcome instanceof Result.Err(var why) && why.code().equals("error.timeout");
      if (!waits) waiting.remove();
    }
  }

  private Disposition take(Received received) throws InterruptedException {
    ready.await();
    var random = new SplittableRandom(seed ^ handled.incrementAndGet() * 0x9E3779B97F4A7C15L);
    var why = MeshError.unavailable("take a message", "the seed says so", "nothing");
    return switch (random.nextInt(200)) {
      case 0 -> new Disposition.Retry(why, Duration.ZERO);
      case 1 -> new Disposition.Snooze(Duration.ofMillis(random.nextInt(50)), "the seed says so");
      case 2 -> throw new IllegalStateException("the seed says so");
      case 3 -> plain ? acked(received) : new Disposition.Ack(undone(written(received)));
      case 4, 5, 6, 7 -> slowly(received, random.nextInt(200));
      default -> acked(received);
    };
  }

  private Disposition slowly(Received received, int milliseconds) throws InterruptedException {
    if (end.await(milliseconds, TimeUnit.MILLISECONDS)) return new Disposition.Release();
    return acked(received);
  }

  private Disposition acked(Received received) throws InterruptedException {
    if (!plain) return new Disposition.Ack(written(received));
    store.orElseThrow().commit(written(received)).orThrow();
    return Disposition.Ack.plain();
  }

  private static TxWork written(Received received) {
    var words = received.message().body().utf8().split(" ", -1);
    return tx -> tx.update(INSERT, received.from().name(), words[0], Long.parseLong(words[1]));
  }

  private static TxWork undone(TxWork work) {
    return tx -> {
      work.run(tx);
      throw new IllegalStateException("the seed says so");
    };
  }
}
