package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.observe.Metric;
import dev.meshkit.transport.LegacyFrame.Kind;
import dev.meshkit.transport.LegacyQueue.Rank;
import io.grpc.Status;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * One legacy connection with a peer, after its handshake: a virtual thread reads, one writes, one
 * watches; the first to fail ends all. The reader never blocks: what comes in beyond its bound ends
 * the connection, or is refused. Thread-safe.
 */
final class LegacyLink implements Carrier {
  private static final System.Logger LOG = System.getLogger(LegacyLink.class.getName());

  /** What is open here goes on; what is new has to go elsewhere. */
  static final Status LEAVING =
      Status.UNAVAILABLE.withDescription("MK-NET-009 this connection is leaving");

  private static final Status CLOSED =
      Status.UNAVAILABLE.withDescription("the legacy connection was closed");

  private final Parts parts;
  private final LegacyQueue queue = new LegacyQueue();
  private final Map<Long, Line> streams = new ConcurrentHashMap<>();
  private final LegacyReplies replies = new LegacyReplies(this);
  private final AtomicLong ids = new AtomicLong();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final CountDownLatch gone = new CountDownLatch(1);
  private final LegacyCalls calls = new LegacyCalls(this);
  private final LegacyWatch watch;
  private final Visit visit;
  private volatile boolean draining;
  private volatile boolean sentAway;
  private volatile Runnable waker = () -> {};

  /**
   * What a connection is made of.
   *
   * @param peer whose certificate was shown
   * @param io the socket
   * @param tools time and counts
   * @param check why the peer must not stay; asked each second
   * @param served what the peer may call; null on the side that dialled
   */
  record Parts(
      NodeId peer,
      LegacyIo io,
      RoadTools tools,
      Supplier<Optional<Status>> check,
      @Nullable MeshService served) {}

  /** A stream, its sending half, and its way in. */
  record Line(ByteStream stream, LegacyWire wire, LegacyLane lane) {}

  LegacyLink(Parts parts) {
    this(parts, LegacyWatch.TURN);
  }

  /** {@code turn}: how often it is looked after; another for a test. */
  LegacyLink(Parts parts, Duration turn) {
    this.parts = parts;
    this.watch = new LegacyWatch(this, turn);
    this.visit = new Visit(parts.peer().toString(), RoadKind.LEGACY, parts.tools());
  }

  /** Begins to read, write and watch. */
  LegacyLink start() {
    run("in", new LegacyReader(this, calls, replies)::run);
    run("out", this::write);
    run("watch", watch::run);
    return this;
  }

  /** Blocks until it has ended. */
  void awaitGone() throws InterruptedException {
    gone.await();
  }

  /** Blocks until it has ended, at most so long; whether it has. */
  boolean awaitGone(Duration patience) throws InterruptedException {
    return gone.await(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  private interface Task {
    void run() throws IOException, InterruptedException;
  }

  private void run(String name, Task task) {
    Thread.ofVirtual()
        .name("legacy " + name + " " + parts.peer())
        .start(
            () -> {
              try {
                task.run();
              } catch (EOFException closed) {
                lose("the peer has closed it");
              } catch (ProtocolException broken) {
                violated(String.valueOf(broken.getMessage()));
              } catch (IOException failed) {
                lose(String.valueOf(failed.getMessage()));
              } catch (RuntimeException | Error bug) { // it costs the connection, not the node
                LOG.log(System.Logger.Level.WARNING, "legacy " + name + " " + parts.peer(), bug);
                lose("a thread of it threw " + bug);
              } catch (InterruptedException never) {
                Thread.currentThread().interrupt(); // nobody interrupts these threads
              }
            });
  }

  // ---- calls

  @Override
  public ByteStream open(Opening opening) {
    var id = nextId();
    var side = new LegacyWire.Side(id, opening.family(), false, opening.hello());
    var line = line(side, opening.log(), opening.whenEnded());
    streams.put(id, line);
    var hello = LegacyBody.hello(opening.family(), opening.hello());
    if (draining
        || ended.get()
        || !queue.offer(Rank.CONTROL, new LegacyFrame(Kind.HELLO, id, hello))) {
      streams.remove(id);
      line.lane().over(ended.get() ? CLOSED : LEAVING);
    }
    line.stream().begin();
    return line.stream();
  }

  private Line line(LegacyWire.Side side, RpcLog log, Runnable whenEnded) {
    var wire = new LegacyWire(this, side);
    var stream = new ByteStream(parts.peer(), side.family(), wire, log, whenEnded);
    var lane = new LegacyLane(stream, wire, () -> dropped(side.family().name()));
    return new Line(stream, wire, lane.start());
  }

  @Override
  public Bytes ask(Asked what, Bytes request, Duration patience) {
    if (draining && what != Asked.PROBE) throw LEAVING.asRuntimeException();
    return replies.ask(what, request, patience);
  }

  /** An id that no stream and no request has had. */
  long nextId() {
    return ids.incrementAndGet();
  }

  /** Queues a request; false if the connection has ended. */
  boolean put(Rank rank, LegacyFrame question) {
    return queue.offer(rank, question) && !ended.get();
  }

  @Override
  public boolean isSentAway() {
    return sentAway;
  }

  /** It is asked each second, and given up without a question of anybody else. */
  @Override
  public boolean isInDoubt() {
    return false;
  }

  @Override
  public void watch(Runnable sentAway) {
    waker = sentAway;
    if (this.sentAway) sentAway.run();
  }

  /** The peer sends us elsewhere. */
  void sendAway() {
    draining = true;
    sentAway = true;
    waker.run();
  }

  @Override
  public void drain() {
    draining = true;
  }

  @Override
  public boolean awaitEnd(Duration patience) throws InterruptedException {
    var end = now().plus(patience);
    while (!streams.isEmpty() || replies.isWaiting() || calls.isServing() || !queue.isEmpty()) {
      var left = Duration.between(now(), end);
      if (!left.isPositive()) return false;
      if (gone.await(Math.min(10, left.toMillis() + 1), TimeUnit.MILLISECONDS)) return true;
    }
    closeWhenSaid();
    return gone.await(Math.max(1, Duration.between(now(), end).toMillis()), TimeUnit.MILLISECONDS);
  }

  /** It gives itself up when its peer is silent: {@link LegacyPulse}. */
  @Override
  public Optional<Instant> heard() {
    return Optional.empty();
  }

  @Override
  public void abandon() {
    end(Status.UNAVAILABLE.withDescription("the legacy connection was closed here"));
  }

  /** Sends the peer elsewhere: it opens nothing new here. */
  void goAway() {
    draining = true;
    tell(LegacyFrame.of(Kind.GOAWAY, 0));
  }

  // ---- for its streams

  boolean hasRoom(Rank rank) {
    return queue.hasRoom(rank);
  }

  /** A frame of a stream, in its order. */
  void send(Family family, LegacyFrame frame) {
    queue.offer(LegacyQueue.of(family), frame);
  }

  /** The stream has room for more of what has come for it. */
  void wanted(long id) {
    var line = streams.get(id);
    if (line != null) line.lane().wanted();
  }

  /** A frame about a stream or the connection, before all others. */
  void tell(LegacyFrame frame) {
    if (!queue.offer(Rank.CONTROL, frame) && !queue.isClosed())
      lose("the peer does not read: 1,024 frames wait");
  }

  /** The stream with this id, null if there is none, or none any more. */
  @Nullable Line find(long id) {
    return streams.get(id);
  }

  /** The same, whose place is free from now on. */
  @Nullable Line take(long id) {
    var line = streams.remove(id);
    if (line != null && line.wire().endsWithUs()) visit.over(false);
    return line;
  }

  /** Nothing of this stream is expected any more. */
  void forget(long id) {
    var line = take(id);
    if (line != null) line.lane().over(Status.OK);
  }

  // ---- threads

  private void write() throws IOException, InterruptedException {
    for (var next = queue.take(); next.isPresent(); next = queue.take()) {
      var frame = next.get().frame();
      if (frame.type() == Kind.RESP) calls.leaves(frame.id());
      parts.io().write(frame);
      if (queue.isEmpty()) parts.io().flush();
      if (next.get().roomAgain()) wake(next.get().rank());
    }
    parts.io().flush();
    parts.io().sayNoMore(); // closing at once would destroy what the peer has not read yet
    awaitGone(LegacyWatch.LAST_WORD.multipliedBy(2)); // a refusal says why it ends before that
    end(CLOSED);
  }

  /** Streams share the room of their family: that of the frame may be over, and others wait. */
  private void wake(Rank rank) {
    for (var line : streams.values()) {
      if (LegacyQueue.of(line.stream().family()) == rank) line.lane().ready();
    }
  }

  // ---- its end

  /** Nothing more is to be said but what waits: the writer flushes, and ends it. */
  void closeWhenSaid() {
    queue.close();
  }

  /** Ends it: it carries nothing any more. */
  void lose(String how) {
    end("is lost: " + how);
  }

  /** What came is not what the protocol has there: counted, and told where somebody listens. */
  private void violated(String how) {
    var failure =
        new RoadFailure(RoadFailure.Kind.MISMATCH, RoadFailure.UNREADABLE, "it sent " + how);
    dropped("VIOLATION");
    var service = parts.served();
    if (service != null) {
      service.violated(parts.peer(), failure.error("read the legacy socket of " + parts.peer()));
    }
    end("broke the protocol: " + how);
  }

  private void end(String how) {
    var what = "the legacy connection to " + parts.peer() + " " + how;
    end(Status.UNAVAILABLE.withDescription(what));
  }

  /** Ends everything, once. Never blocks. */
  void end(Status why) {
    if (!ended.compareAndSet(false, true)) return;
    queue.close();
    parts.io().abort();
    for (var id : List.copyOf(streams.keySet())) {
      var line = streams.remove(id);
      if (line != null) cut(line, why);
    }
    replies.end(why);
    calls.close();
    gone.countDown();
  }

  // ---- for what it serves

  Parts parts() {
    return parts;
  }

  /** What becomes of it, for the side that accepted it to tell. */
  Visit visit() {
    return visit;
  }

  /** What its ends showed each other. */
  SSLSession session() {
    return parts.io().tls().getSession();
  }

  int open() {
    return streams.size();
  }

  /** A stream that the peer opened; the line is the connection's before it is begun. */
  Line accept(LegacyWire.Side side, RpcLog log) {
    visit.began();
    var line = line(side, log, () -> {});
    streams.put(side.id(), line);
    if (ended.get() && streams.remove(side.id(), line)) cut(line, CLOSED); // end missed it
    return line;
  }

  /** It has not ended in good order, as those that are taken have. */
  private void cut(Line line, Status why) {
    if (line.wire().endsWithUs()) visit.over(true);
    line.lane().over(why);
  }

  /** Queues an answer; false if the connection has ended. */
  boolean answer(LegacyFrame frame) {
    return queue.offer(Rank.CALL, frame);
  }

  /** Whether it takes nothing new, since it is leaving or has ended. */
  boolean isDraining() {
    return draining || ended.get();
  }

  /** Counts a frame that nobody took. */
  void dropped(String what) {
    parts.tools().meters().count(Metric.LEGACY_DROPS_TOTAL, what);
  }

  private Instant now() {
    return parts.tools().clocks().monotonic().instant();
  }
}
