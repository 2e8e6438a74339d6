package dev.meshkit.bench;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Sent;
import dev.meshkit.config.DiscoveryConfig;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.runtime.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;

/** Two whole nodes with files of their own, of which one sends to the other. */
final class DeliverPair implements AutoCloseable {
  private static final NodeId TO = NodeId.of("eu", "n2");
  private static final String TOPIC = "bench";
  private static final Duration LONG = Duration.ofMinutes(2);

  private final Mesh from;
  private final Mesh to;
  private final Path data;
  private final Bytes body;
  private final AtomicReference<CountDownLatch> awaited =
      new AtomicReference<>(new CountDownLatch(0));

  /**
   * Opens them and waits until they know each other.
   *
   * @param data where they lie until they are closed; then nothing of it is left
   * @param near the address they listen on
   * @param far the address under which each is known to the other
   */
  DeliverPair(Path data, String near, String far, int bodyBytes) throws Exception {
    var first = FreePort.of(near);
    var second = FreePort.of(near);
    var seed = new Endpoint(far, first);
    body = Bytes.of(new byte[bodyBytes]);
    this.data = data;
    from = open(settled(data, "n1").withListen(listen(near, seed)));
    to =
        open(
            settled(data, "n2")
                .withListen(listen(near, new Endpoint(far, second)))
                .withDiscovery(new DiscoveryConfig(List.of(seed))));
    Awaitility.await("the nodes meet").atMost(LONG).until(() -> from.send(TO, TOPIC, body).isOk());
  }

  /** A development node, which need not be on the loopback once it has its identity. */
  private static MeshConfig settled(Path data, String name) {
    var config = MeshConfig.of("eu", name, data.resolve(name)).withHttp(HttpConfig.off());
    var settled = MeshKit.dev(config).orThrow();
    return settled.withQueue(settled.queue().withTrace(false)); // as it is where nobody says --dev
  }

  private static ListenConfig listen(String near, Endpoint advertised) {
    return ListenConfig.of(new Endpoint(near, advertised.port())).withAdvertise(advertised);
  }

  private Mesh open(MeshConfig config) {
    return MeshKit.builder(config)
        .on(
            TOPIC,
            _ -> {
              awaited.get().countDown();
              return Disposition.Ack.plain();
            })
        .open();
  }

  /** Sends so many from so many callers, and waits until all are handled: messages a second. */
  double windowed(int messages, int callers) throws InterruptedException {
    var handled = new CountDownLatch(messages);
    awaited.set(handled);
    var start = System.nanoTime();
    for (var i = 0; i < callers; i++) {
      var share = messages / callers + (i < messages % callers ? 1 : 0);
      Thread.startVirtualThread(() -> send(share));
    }
    if (!handled.await(5, TimeUnit.MINUTES)) {
      throw new IllegalStateException(handled.getCount() + " messages did not arrive");
    }
    return messages * 1e9 / (System.nanoTime() - start);
  }

  private void send(int messages) {
    try {
      for (var i = 0; i < messages; i++) from.send(TO, TOPIC, body).orThrow();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends one after the other, each when the one before is applied: messages a second. */
  double oneByOne(long nanos) throws InterruptedException {
    var start = System.nanoTime();
    var messages = 0;
    while (System.nanoTime() - start < nanos) {
      Sent sent = from.send(TO, TOPIC, body).orThrow();
      sent.await(LONG).orThrow();
      messages++;
    }
    return messages * 1e9 / (System.nanoTime() - start);
  }

  @Override
  public void close() throws IOException {
    to.close();
    from.close();
    try (var files = Files.walk(data)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }
}
