package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.security.OwnCredentials;
import dev.meshkit.transport.ByteStream;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.LegacyListener;
import dev.meshkit.transport.Listener;
import dev.meshkit.transport.Road;
import dev.meshkit.transport.RoadKind;
import dev.meshkit.transport.RoadPolicy;
import dev.meshkit.transport.RoadTools;
import dev.meshkit.transport.Transport;
import dev.meshkit.wire.Hello;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The links of one node: a live Stream and Elect with each wanted peer, redialled with jitter, and
 * calls to peers. Thread-safe.
 */
public final class Links implements AutoCloseable {
  private static final Duration STREAMS_LIMIT = Duration.ofSeconds(1);
  private static final Duration ROADS_LIMIT = Duration.ofSeconds(1);

  private final LinkContext context;
  private final Transport transport;
  private final Lines lines;
  private final Reception reception;
  private final Wanted wanted;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile Endpoint local = Endpoint.NONE;
  private volatile AutoCloseable unbind = () -> {};
  private volatile RoadPolicy policy;
  private final AtomicReference<@Nullable LegacyListener> legacy = new AtomicReference<>();

  /** Whom the node wants links with, and where; one writer at a time. */
  private static final class Wanted {
    private volatile Map<NodeId, Endpoint> peers = Map.of();

    /** Replaces them and says whose address changed. */
    synchronized Set<NodeId> replace(Map<NodeId, Endpoint> fresh) {
      var moved = new HashSet<NodeId>();
      fresh.forEach(
          (peer, at) -> {
            if (!at.equals(peers.getOrDefault(peer, at))) moved.add(peer);
          });
      peers = Map.copyOf(fresh);
      return moved;
    }
  }

  private Links(LinkOptions options, Transport transport, LinkPorts ports) {
    this.transport = transport;
    this.wanted = new Wanted();
    this.policy = RoadPolicy.of(options.mode());
    ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("link-", 0).factory());
    var history = new RoadHistory(ports.clocks().wall(), ports.clocks().monotonic(), ports.news());
    var roads =
        new PeerRoads(
            new PeerRoads.Parts(
                transport,
                peer -> where(peer, ports),
                ports.legacy(),
                ports.addresses(),
                options.redial(),
                peer -> policy.version(options.self(), peer),
                options.times(),
                ports.clocks(),
                ports.chance(),
                ports.meters(),
                history,
                new Movers()));
    var telling = new Telling(ports.clocks().monotonic());
    this.context =
        new LinkContext(options, ports, HelloRules.ours(options), roads, history, threads, telling);
    this.lines = new Lines(context);
    this.reception = new Reception(context, lines);
  }

  /**
   * Binds the listeners and starts. Nothing is dialled before {@link #want} or {@link #greet}. A
   * port that is taken is MK-NODE-002, any other failure to bind MK-NET-001.
   */
  public static Result<Links> open(LinkOptions options, OwnCredentials own, LinkPorts ports) {
    var tools = new RoadTools(ports.clocks(), ports.meters());
    var transport = new Transport(own, options.mode(), tools, options.times());
    var links = new Links(options, transport, ports);
    return switch (transport.listen(options.listen(), links.reception)) {
      case Result.Ok<Listener>(var listener) -> {
        links.local = listener.local();
        links.unbind = listener;
        new LineGauges(links.lines).register(ports.meters());
        yield Result.ok(links);
      }
      case Result.Err<Listener>(var error) -> {
        links.close();
        yield Result.err(error);
      }
    };
  }

  /** Where this node listens, with the port that was really bound. */
  public Endpoint local() {
    return local;
  }

  /**
   * Keeps a link to exactly these peers; replaces what was wanted before. Links to others end, but
   * those that the others opened stay. Never blocks.
   */
  public void want(Map<NodeId, Endpoint> peers) {
    if (closed.get()) return;
    var others = new TreeMap<>(peers);
    others.remove(context.self());
    var moved = wanted.replace(others);
    moved.forEach(context.roads()::moved);
    lines.want(others.keySet(), moved);
    context.roads().keep(peer -> others.containsKey(peer) || isKnown(peer));
  }

  /** These peers have said where their legacy port is, or that it is elsewhere. Never blocks. */
  public void served(Set<NodeId> peers) {
    if (!closed.get()) peers.forEach(context.roads().succession()::served);
  }

  /**
   * Queues a frame on the peer's live Stream or Elect. False when there is none. Never blocks.
   *
   * @param to whom
   * @param family STREAM or ELECT
   * @param key a waiting frame of the same key is replaced; empty for none
   * @param frame within its family's size
   */
  public boolean send(NodeId to, Family family, String key, Bytes frame) {
    if (frame.size() > family.maxFrameBytes()) {
      throw new IllegalArgumentException("a frame of " + frame.size() + " B on " + family);
    }
    return lines.find(to, family).map(line -> line.send(key, frame)).orElse(false);
  }

  /**
   * Dials an endpoint of unknown owner and returns who it is, this node included. Blocks at most 5
   * s.
   */
  public Result<NodeId> greet(Endpoint seed) throws InterruptedException {
    if (closed.get()) return stopping("greet " + seed);
    return context
        .roads()
        .dialling()
        .greet(seed)
        .onErr(error -> context.tell(seed.toString(), error));
  }

  /** Calls {@code Mesh.Sync}. Blocks at most {@code timeout}, and 5 s if it must dial first. */
  public Result<Bytes> sync(NodeId to, Bytes request, Duration timeout)
      throws InterruptedException {
    if (closed.get()) return stopping("sync with " + to);
    var road = context.roads().to(to);
    if (!(road instanceof Result.Ok<Road>(var there))) return road.cast();
    return there.sync(request, timeout).onErr(error -> context.failed(there, error));
  }

  /** Calls {@code Mesh.Command}. Blocks at most {@code timeout}, and 5 s if it must dial first. */
  public Result<Bytes> command(NodeId to, Bytes request, Duration timeout)
      throws InterruptedException {
    if (closed.get()) return stopping("ask " + to + " as the leader");
    var road = context.roads().to(to);
    if (!(road instanceof Result.Ok<Road>(var there))) return road.cast();
    return there.command(request, timeout).onErr(error -> context.failed(there, error));
  }

  /** Opens a Deliver stream to a peer. Blocks at most 5 s, and 5 s if it must dial first. */
  public Result<Duplex> deliver(NodeId to) throws InterruptedException {
    if (closed.get()) return stopping("deliver to " + to);
    var road = context.roads().to(to);
    if (!(road instanceof Result.Ok<Road>(var there))) return road.cast();
    var opened = there.open(Family.DELIVER, context.helloBytes());
    opened.onErr(error -> context.failed(there, error));
    if (!(opened instanceof Result.Ok<Road.Opened>(var call))) return opened.cast();
    context.roads().carrying(to);
    return HelloRules.judge(context.hello(), to, call.hello())
        .<Duplex>map((Hello _) -> duplex(call.stream(), there))
        .onErr(
            error -> {
              context.refused(error);
              call.stream().close();
            });
  }

  private Duplex duplex(ByteStream stream, Road road) {
    return new StreamDuplex(stream, road::isRetired, () -> context.roads().discard(road));
  }

  /**
   * Goes by another policy from now on: opens or leaves the legacy port as it permits version 1 in
   * this node's region, and moves the streams that this node opened to the roads it asks for,
   * losing none. Its mode is the one these links were opened with. Does not wait for the moves.
   */
  public synchronized Result<Unit> policy(RoadPolicy next) {
    if (next.mode() != context.options().mode()) {
      throw new IllegalArgumentException("the mode is fixed: " + next.mode());
    }
    var served = next.window(context.self().region()).holds(RoadPolicy.LEGACY);
    var bound = served ? bindLegacy() : leaveLegacy();
    if (!bound.isOk()) return bound;
    policy = next;
    context.roads().succession().review();
    for (var peer : up()) { // also of those that dialled us
      if (next.version(context.self(), peer).isEmpty()) {
        context.history().failed(peer, NoRoad.NO_VERSION);
      }
    }
    return Result.ok();
  }

  /**
   * The credentials that these links were opened with are others now, or whom they trust, or
   * somebody has mended what may have been wrong: peers that were not dialled because an identity
   * was refused are dialled again. New handshakes go by the new ones already; the roads that this
   * node dialled with a former certificate are replaced within a minute, losing no frame, and who
   * dialled it is asked to do the same. Never blocks.
   */
  public void renewed() {
    context.roads().succession().renewed();
  }

  private Result<Unit> bindLegacy() {
    var at = context.options().legacy();
    if (at.equals(Endpoint.NONE) || legacy.get() != null || closed.get()) return Result.ok();
    return transport.listenLegacy(at, reception).onOk(legacy::set).map(_ -> Unit.UNIT);
  }

  private Result<Unit> leaveLegacy() {
    var listener = legacy.getAndSet(null);
    if (listener != null) listener.leave();
    return Result.ok();
  }

  /** Where the legacy port is, {@link Endpoint#NONE} while version 1 is not permitted. */
  public Endpoint legacy() {
    var listener = legacy.get();
    return listener == null ? Endpoint.NONE : listener.local();
  }

  /** The peers with a live Stream. */
  public Set<NodeId> up() {
    return new TreeSet<>(roads().keySet());
  }

  /** What carries the live Stream of each peer, for the member list. */
  public Map<NodeId, RoadKind> roads() {
    var kinds = new TreeMap<NodeId, RoadKind>();
    lines.lives(Family.STREAM).forEach(life -> kinds.put(life.peer(), life.stream().road()));
    return kinds;
  }

  /** The road to each peer that there is one to, or was. */
  public Map<NodeId, PeerRoad> peerRoads() {
    var live = roads();
    var all = new TreeMap<NodeId, PeerRoad>();
    for (var peer : context.history().peers()) {
      all.put(
          peer,
          new PeerRoad(
              Optional.ofNullable(live.get(peer)),
              context.roundTrip(peer),
              context.history().of(peer),
              context.history().code(peer)));
    }
    return all;
  }

  /** Whether a stream of this family is live with anybody. */
  boolean isLive(Family family) {
    return !lines.lives(family).isEmpty();
  }

  /** The roads that this node has dialled and keeps. */
  Map<NodeId, RoadKind> dialled() {
    return context.roads().dialled();
  }

  /** How long until HTTP/3 is tried beside HTTP/2 with a peer; empty if it is not. */
  Optional<Duration> untilHttp3(NodeId peer) {
    return context.roads().untilRetry(peer);
  }

  /** What the roads do with the streams; made before there are lines. */
  private final class Movers implements PeerRoads.Mover {
    @Override
    public void move(Road to) throws InterruptedException {
      lines.move(to);
    }

    @Override
    public void hurry(NodeId peer) {
      lines.hurry(peer);
    }

    @Override
    public void gather(NodeId peer) {
      lines.gather(peer);
    }
  }

  /**
   * Sends what waits, ends every call and thread, and unbinds, within 2 s. Idempotent. Calls in
   * progress end; later ones fail.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) return;
    try {
      lines.close();
      reception.close();
      context.threads().shutdown();
      var _ = context.threads().awaitTermination(STREAMS_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      context.roads().close(ROADS_LIMIT);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt(); // then at once
    } finally {
      context.threads().shutdownNow();
      var listener = legacy.getAndSet(null);
      if (listener != null) listener.close();
      unbindQuietly();
      transport.close();
    }
  }

  private void unbindQuietly() {
    try {
      unbind.close();
    } catch (Exception impossible) {
      throw new IllegalStateException("a listener does not throw", impossible);
    }
  }

  private Endpoint where(NodeId peer, LinkPorts ports) {
    var at = wanted.peers.getOrDefault(peer, Endpoint.NONE);
    return at.equals(Endpoint.NONE) ? ports.whereabouts().apply(peer) : at;
  }

  private boolean isKnown(NodeId peer) {
    return !context.ports().whereabouts().apply(peer).equals(Endpoint.NONE);
  }

  private static <T> Result<T> stopping(String tried) {
    return Result.err(
        MeshError.of(
                "error.draining",
                tried,
                "this node is stopping",
                "ask another node",
                MeshError.Retry.SAFE)
            .with("mk", "MK-NET-009"));
  }
}
