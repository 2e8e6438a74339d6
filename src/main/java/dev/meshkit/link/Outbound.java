package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Outbox;
import dev.meshkit.api.Result;
import dev.meshkit.api.SendOptions;
import dev.meshkit.api.Sent;
import dev.meshkit.queue.Enqueued;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.OnExpiry;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.TaskOptions;
import dev.meshkit.queue.TaskSpec;
import dev.meshkit.queue.TrafficClass;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreTx;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The way out of durable messages: for each peer there is work for one sender, and a lane of the
 * queue for each class of traffic, so that a dead peer delays nobody. Thread-safe.
 */
public final class Outbound implements AutoCloseable {
  /**
   * The most messages of a lane that are sent and not settled, and what a receiver keeps of it: the
   * window of the queue's lanes is to be this.
   */
  public static final int WINDOW = 1_024;

  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

  /** As its empty lanes do. */
  private static final Duration IDLE_END = Duration.ofHours(1);

  /** As of any one call of the queue: one transaction holds up all others. */
  private static final long MOST_BROADCAST_BYTES = 16 << 20;

  private final SafeTaskQueue<Bytes> queue;
  private final Ports ports;
  private final Duration idleEnd;
  private final ConcurrentHashMap<NodeId, PeerSender> senders = new ConcurrentHashMap<>();
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
   * @param store what this node's {@code mesh.db} goes by, as receivers know it
   * @param formers what it went by before
   * @param gone why a peer will never come, if that is so: its messages are dead PEER_GONE; never
   *     blocks
   * @param chance jitter; thread-safe
   * @param ttl how long messages wait for their peer
   */
  public record Ports(
      Streams streams,
      Supplier<Bytes> store,
      Supplier<List<Bytes>> formers,
      Function<NodeId, Optional<Gone>> gone,
      RandomGenerator chance,
      TimesToLive ttl) {

    /** Of a file that has never gone by anything else. */
    public Ports(
        Streams streams,
        Supplier<Bytes> store,
        Function<NodeId, Optional<Gone>> gone,
        RandomGenerator chance,
        TimesToLive ttl) {
      this(streams, store, List::of, gone, chance, ttl);
    }
  }

  /** Over a queue that nobody else leases from; nothing is sent before {@link #start}. */
  public Outbound(SafeTaskQueue<Bytes> queue, Ports ports) {
    this(queue, ports, IDLE_END);
  }

  /** The same, whose senders end after so long without work. */
  Outbound(SafeTaskQueue<Bytes> queue, Ports ports, Duration idleEnd) {
    this.queue = queue;
    this.ports = ports;
    this.idleEnd = idleEnd;
  }

  /** Starts a sender for each lane that holds messages of earlier lives. */
  public void start() {
    for (var lane : queue.stats().lanes()) if (lane.live() > 0) work(peer(lane.lane()));
  }

  /** Queues a message like any other; durable when it returns. */
  public Result<Sent> send(NodeId to, Message message) throws InterruptedException {
    return send(to, message, SendOptions.BULK);
  }

  /** Queues a message; durable when it returns. */
  public Result<Sent> send(NodeId to, Message message, SendOptions options)
      throws InterruptedException {
    var ttl = ports.ttl().of(options);
    if (!(ttl instanceof Result.Ok<Duration>(var life))) return ttl.cast();
    try {
      return queue
          .enqueue(task(to, message, options.withTtl(life)))
          .map(queued -> sent(to, queued));
    } catch (InterruptedException unknown) {
      work(to); // it may be durable all the same
      throw unknown;
    }
  }

  /** Queues a message for each of these peers, or for none of them; durable when it returns. */
  public Result<SortedMap<NodeId, Sent>> broadcast(
      Collection<NodeId> to, Message message, SendOptions options) throws InterruptedException {
    var peers = List.copyOf(new TreeSet<>(to));
    if (peers.isEmpty()) return Result.ok(new TreeMap<>());
    var bytes = (long) message.body().size() * peers.size();
    if (bytes > MOST_BROADCAST_BYTES) return Result.err(tooLarge(bytes, peers.size()));
    var ttl = ports.ttl().of(options);
    if (!(ttl instanceof Result.Ok<Duration>(var life))) return ttl.cast();
    var settled = options.withTtl(life);
    var tasks = peers.stream().map(peer -> task(peer, message, settled)).toList();
    try {
      return queue.enqueueAll(tasks).map(queued -> sent(peers, queued));
    } catch (InterruptedException unknown) {
      peers.forEach(this::work); // they may be durable all the same
      throw unknown;
    }
  }

  /**
   * Queues messages in transactions of {@code store}, the queue's own: like any other from the
   * moment on when that commits.
   */
  public Outbox outbox(Store store) {
    return (tx, to, message, token) -> {
      var settled = SendOptions.BULK.withTtl(ports.ttl().of(SendOptions.BULK).orThrow());
      var queued = queue.enqueueIn(tx, task(to, message, settled));
      StoreTx.of(tx, store).tell(() -> work(to));
      return queued.id().seq();
    };
  }

  private static MeshError tooLarge(long bytes, int peers) {
    return MeshError.validation(
        "broadcasting to " + peers + " members",
        "their copies have " + bytes + " bytes in all, over the 16 MiB of one commit",
        "send where the content is instead of the content, or broadcast to some at a time");
  }

  private TaskSpec<Bytes> task(NodeId to, Message message, SendOptions options) {
    var cls =
        switch (options.traffic()) {
          case CONTROL -> TrafficClass.CONTROL;
          case STATE -> TrafficClass.STATE;
          case BULK -> TrafficClass.BULK;
        };
    var treated =
        TaskOptions.DEFAULTS
            .withHeaders(message.headers())
            .withCoalesceKey(options.coalesceKey())
            .withTtl(options.ttl(), cls == TrafficClass.STATE ? OnExpiry.DROP : OnExpiry.POISON);
    return new TaskSpec<>(new Lane(to.toString(), cls), message.topic(), message.body(), treated);
  }

  /** A road to this peer is up: whatever waits for it is tried at once. */
  public void linkUp(NodeId peer) {
    var sender = senders.get(peer);
    if (sender != null) sender.linkUp();
  }

  /** {@link Ports#gone} tells of this peer from now on: its stream is cut, what it has is dead. */
  public void gone(NodeId peer) {
    var sender = senders.get(peer);
    if (sender != null) sender.cut();
  }

  /** A task came back to life, was added or may go on by other means: its sender looks again. */
  public void look() {
    start();
    senders.values().forEach(PeerSender::linkUp); // none of them waits out its pause
  }

  /** What keeps a lane's messages from getting on, if anything does: the peer, or its answers. */
  public Optional<MeshError> trouble(Lane lane) {
    return sender(lane).flatMap(one -> one.trouble().now());
  }

  /** Whether what keeps a lane is that there is no way to its peer: one not seen yet, or gone. */
  public boolean isCut(Lane lane) {
    return sender(lane).map(one -> one.trouble().isCut()).orElse(false);
  }

  private Optional<LaneSender> sender(Lane lane) {
    return Optional.ofNullable(senders.get(peer(lane))).map(one -> one.lane(lane.cls()));
  }

  private static NodeId peer(Lane lane) {
    return NodeId.parse(lane.key());
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
    var ended = senders.values().stream().map(PeerSender::stop).toList();
    Joining.within(within, "ending what sends to " + ended.size() + " peers", ended);
  }

  private SortedMap<NodeId, Sent> sent(List<NodeId> to, List<Enqueued> queued) {
    var sent = new TreeMap<NodeId, Sent>();
    for (var i = 0; i < to.size(); i++) sent.put(to.get(i), sent(to.get(i), queued.get(i)));
    return sent;
  }

  private Sent sent(NodeId to, Enqueued queued) {
    work(to);
    return switch (queued) {
      case Enqueued.Accepted(var id, var token) -> new Posted(queue, id, token);
      case Enqueued.Coalesced(var id, var token, _) -> new Posted(queue, id, token);
      case Enqueued.Duplicate(var id) ->
          throw new IllegalStateException("a message without a key was taken for task " + id.seq());
    };
  }

  /** Wakes the peer's sender, making it at the first time; after {@link #close} neither. */
  private void work(NodeId peer) {
    var sender = senders.get(peer); // without the lock, where all callers would meet
    if (sender == null) start(peer);
    else sender.work();
  }

  private synchronized void start(NodeId peer) {
    if (closed) return;
    senders.computeIfAbsent(peer, _ -> PeerSender.start(peer, queue, this)).work();
  }

  /**
   * Whether a sender that has had nothing to do for long ends: another comes when there is. It goes
   * first and looks then: whoever has added a message before that, and found it here, is seen.
   */
  synchronized boolean retire(NodeId peer, PeerSender sender) {
    if (!sender.isIdle() || !senders.remove(peer, sender)) return false;
    if (sender.isIdle()) return true;
    senders.put(peer, sender);
    return false;
  }

  /** What senders stand on. */
  Ports ports() {
    return ports;
  }

  /** After how long a sender that has nothing to do ends. */
  Duration idleEnd() {
    return idleEnd;
  }

  /** How many peers have a sender. */
  int senders() {
    return senders.size();
  }

  /** How many bytes of messages are leased and wait until their streams take them. */
  public long unsentBytes() {
    return senders.values().stream().mapToLong(PeerSender::unsentBytes).sum();
  }
}
