package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Handler;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Sent;
import dev.meshkit.api.Unit;
import dev.meshkit.observe.Meters;
import dev.meshkit.queue.DeadTask;
import dev.meshkit.queue.Inbox;
import dev.meshkit.queue.PoisonFilter;
import dev.meshkit.queue.QueueOptions;
import dev.meshkit.queue.Reason;
import dev.meshkit.queue.RetryPause;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.TaskCodec;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreOptions;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Downward;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Two nodes that are nothing but their stores, queue and inbox, and a road between them that a test
 * can close, cut, or make lose one answer.
 */
final class PostOffice implements AutoCloseable {
  static final NodeId A = NodeId.of("eu", "a");
  static final NodeId B = NodeId.of("eu", "b");

  /** Long enough for anything that must happen; never waited out in a test that passes. */
  static final Duration PATIENCE = Duration.ofSeconds(20);

  final Store sender;
  final Store receiver;
  final SafeTaskQueue<Bytes> queue;
  final Outbound outbound;
  final Deliveries deliveries;
  final Meters meters = new Meters(Map.of());
  final List<DuplexPair> calls = new CopyOnWriteArrayList<>();
  final AtomicInteger dials = new AtomicInteger();
  volatile boolean roadIsClosed;
  volatile Predicate<NodeId> absent = _ -> false;
  volatile Function<NodeId, Optional<Gone>> gone = _ -> Optional.empty();
  volatile Predicate<Bytes> cutAt = _ -> false;
  volatile UnaryOperator<Duplex> caller = UnaryOperator.identity();

  PostOffice(Path directory, Map<String, Handler> handlers) throws InterruptedException {
    this(directory, handlers, Deliveries.MAX_RUN);
  }

  /** One whose receiver interrupts handlers after so long. */
  PostOffice(Path directory, Map<String, Handler> handlers, Duration maxRun)
      throws InterruptedException {
    this(directory, handlers, maxRun, Duration.ofSeconds(30));
  }

  /** One whose sender's leases are so long. */
  PostOffice(Path directory, Map<String, Handler> handlers, Duration maxRun, Duration lease)
      throws InterruptedException {
    this.sender = store(directory, "sender");
    this.receiver = store(directory, "receiver");
    var options =
        QueueOptions.of("mesh-out")
            .poisonQueue("mesh-poison")
            .carrier()
            .lease(lease, Duration.ofMinutes(10))
            .laneWindow(Outbound.WINDOW)
            .retry(new RetryPause(Duration.ofMillis(10), Duration.ofMillis(20)));
    this.queue = SafeTaskQueue.open(sender, options, TaskCodec.BYTES).orThrow();
    this.deliveries = new Deliveries(handlers, new Inbox(receiver), meters, maxRun);
    this.outbound =
        new Outbound(
            queue,
            new Outbound.Ports(
                this::open,
                sender::uuid,
                sender::formers,
                peer -> gone.apply(peer),
                new SplittableRandom(3),
                TimesToLive.DEFAULTS));
    outbound.start();
  }

  private static Store store(Path directory, String name) {
    try {
      var chance = Chance.secure(); // no file goes by what another one does, nor by what it did
      var own = Files.createDirectories(directory.resolve(name));
      return Store.open(StoreOptions.of(own, "mesh", Clocks.system(), chance)).orThrow();
    } catch (IOException cause) {
      throw new java.io.UncheckedIOException(cause);
    }
  }

  /** What {@code Links.deliver} does. */
  private Result<Duplex> open(NodeId to) {
    dials.incrementAndGet();
    if (roadIsClosed || absent.test(to))
      return Result.err(MeshError.unavailable("dial", "closed", "open it"));
    return Result.ok(caller.apply(call().caller(to)));
  }

  /** A call from A to B, with B's end being served. */
  DuplexPair call() {
    return call(A);
  }

  /** A call of somebody to B. */
  DuplexPair call(NodeId from) {
    var pair = new DuplexPair(frame -> cutAt.test(frame));
    calls.add(pair);
    var end = pair.callee(from);
    Thread.ofVirtual()
        .start(
            () -> {
              try (end) {
                deliveries.serve(from, end);
              } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
              }
            });
    return pair;
  }

  Sent send(String topic, String body) throws InterruptedException {
    return outbound.send(B, dev.meshkit.api.Message.of(topic, Bytes.utf8(body))).orThrow();
  }

  /** Whether it was opened in time; for work that keeps a store busy until then. */
  static boolean awaited(CountDownLatch latch) {
    try {
      return latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The receipt that a frame is. */
  static Downward.Receipt receipt(Bytes frame) {
    if (DeliverCodec.down(frame) instanceof Decoded.Whole<Downward>(Downward.Receipt receipt))
      return receipt;
    throw new AssertionError("no receipt: " + frame);
  }

  /** A number that a store's tables hold. */
  static long number(Store store, String sql) throws InterruptedException {
    return store.read(reading -> reading.query(sql, row -> row.getLong(1)).getFirst()).orThrow();
  }

  /** What the sender's dead died of, the first nine, oldest first. */
  List<Reason> reasons() throws InterruptedException {
    return queue.poison().list(PoisonFilter.ALL, 0, 9).orThrow().stream()
        .map(DeadTask::reason)
        .toList();
  }

  /** Why a message was not delivered. */
  static String why(Result<Unit> outcome) {
    if (outcome instanceof Result.Err<Unit>(var error)) return error.why();
    throw new AssertionError("it was delivered");
  }

  @Override
  public void close() {
    outbound.close();
    calls.forEach(DuplexPair::cut);
    queue.close();
    sender.close();
    receiver.close();
  }
}
