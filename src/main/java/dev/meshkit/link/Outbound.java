package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Sent;
import dev.meshkit.queue.Enqueued;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.TaskOptions;
import dev.meshkit.queue.TaskSpec;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * The way out of durable messages: a lane of the queue and one sender for each peer there is work
 * for, so that a dead peer delays nobody. Thread-safe.
 */
public final class Outbound implements AutoCloseable {
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

  private final SafeTaskQueue<Bytes> queue;
  private final Ports ports;
  private final ConcurrentHashMap<Lane, LaneSender> senders = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /** Opens a Deliver stream to a peer: {@code Links::deliver}. */
  @FunctionalInterface
  public interface Streams {
    /** Blocks at most a few seconds. */
    Result<Duplex> open(NodeId to) throws InterruptedException;
  }

  /**
   * What senders stand on.
   *
   * @param streams the way to peers
   * @param store this node's {@code mesh.db}, as receivers know it
   * @param chance jitter; thread-safe
   * @param ttl how long a message waits for its peer
   */
  public record Ports(Streams streams, Bytes store, RandomGenerator chance, Duration ttl) {}

  /** Over a queue that nobody else leases from; nothing is sent before {@link #start}. */
  public Outbound(SafeTaskQueue<Bytes> queue, Ports ports) {
    this.queue = queue;
    this.ports = ports;
  }

  /** Starts a sender for each lane that holds messages of earlier lives. */
  public void start() {
    for (var lane : queue.stats().lanes()) if (lane.live() > 0) work(lane.lane());
  }

  /** Queues a message; durable when it returns. */
  public Result<Sent> send(NodeId to, Message message) throws InterruptedException {
    var lane = Lane.of(to.toString());
    var options = TaskOptions.DEFAULTS.withHeaders(message.headers());
    if (!ports.ttl().isZero()) options = options.withTtl(ports.ttl(), options.onExpiry());
    var task = new TaskSpec<>(lane, message.topic(), message.body(), options);
    return queue.enqueue(task).flatMap(queued -> sent(lane, queued));
  }

  /** A road to this peer is up: whatever waits for it is tried at once. */
  public void linkUp(NodeId peer) {
    var sender = senders.get(Lane.of(peer.toString()));
    if (sender != null) sender.linkUp();
  }

  /** A task came back to life or was added by other means: its lane's sender looks again. */
  public void look() {
    start();
  }

  /** What keeps a lane's messages from getting on, if anything does: the peer, or its answers. */
  public Optional<MeshError> trouble(Lane lane) {
    return Optional.ofNullable(senders.get(lane)).flatMap(LaneSender::trouble);
  }

  /** Whether what keeps a lane is that there is no way to its peer: one not seen yet, or gone. */
  public boolean isCut(Lane lane) {
    var sender = senders.get(lane);
    return sender != null && sender.isCut();
  }

  /** Sends nothing more, gives back what has no receipt, uncharged. Blocks at most 5 s. */
  @Override
  public void close() {
    close(CLOSE_WITHIN);
  }

  void close(Duration within) {
    synchronized (this) {
      closed = true;
    }
    var ended = senders.values().stream().map(LaneSender::stop).toList();
    Joining.within(within, "ending what sends to " + ended.size() + " peers", ended);
  }

  private Result<Sent> sent(Lane lane, Enqueued queued) {
    return switch (queued) {
      case Enqueued.Accepted(var id, var token) -> {
        work(lane);
        yield Result.ok(new Posted(queue, id, token));
      }
      case Enqueued.Duplicate(var id) -> Result.err(repeated(id.seq()));
      case Enqueued.Coalesced(var id, var _) -> Result.err(repeated(id.seq()));
    };
  }

  /** Wakes the lane's sender, making it at the first time; after {@link #close} neither. */
  private synchronized void work(Lane lane) {
    if (closed) return;
    senders.computeIfAbsent(lane, _ -> LaneSender.start(parts(lane))).work();
  }

  private LaneSender.Parts parts(Lane lane) {
    return new LaneSender.Parts(lane, queue, ports, new Trouble(), new AtomicLong());
  }

  /** How many bytes of messages are leased and wait until their streams take them. */
  public long unsentBytes() {
    return senders.values().stream().mapToLong(LaneSender::unsentBytes).sum();
  }

  /** Messages carry no dedup or coalesce key. */
  private static MeshError repeated(long seq) {
    throw new IllegalStateException("a message without a key was taken for task " + seq);
  }
}
