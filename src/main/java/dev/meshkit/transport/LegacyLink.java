package dev.meshkit.transport;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.observe.Metric;
import dev.meshkit.transport.LegacyFrame.Kind;
import dev.meshkit.transport.LegacyQueue.Rank;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One legacy connection with a peer, after its handshake: a virtual thread reads, one writes, one
 * watches; the first to fail ends all. The reader never blocks: what comes in beyond its bound ends
 * the connection, or is refused. Thread-safe.
 */
final class LegacyLink implements Carrier {
  /** The most requests that are open in one direction. */
  static final int MAX_REQUESTS = 32;

  private static final Duration ASK_AFTER = Duration.ofSeconds(5);
  private static final Duration DEAD_AFTER = Duration.ofSeconds(15);
  private static final Duration TURN = Duration.ofSeconds(1);
  private static final Duration LAST_WORD = Duration.ofMillis(200);

  private final Parts parts;
  private final LegacyQueue queue = new LegacyQueue();
  private final Map<Long, Line> streams = new ConcurrentHashMap<>();
  private final LegacyReplies replies = new LegacyReplies();
  private final Semaphore requests = new Semaphore(MAX_REQUESTS);
  private final AtomicLong ids = new AtomicLong();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final CountDownLatch gone = new CountDownLatch(1);
  private final LegacyCalls calls = new LegacyCalls(this);
  private volatile boolean draining;
  private volatile Instant heardMonotonic;

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
    this.parts = parts;
    this.heardMonotonic = now();
  }

  /** Begins to read, write and watch. */
  LegacyLink start() {
    run("in", this::read);
    run("out", this::write);
    run("watch", this::watch);
    return this;
  }

  /** Blocks until it has ended. */
  void awaitGone() throws InterruptedException {
    gone.await();
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
              } catch (IOException | RuntimeException failed) {
                end(Status.UNAVAILABLE.withDescription(why(failed)));
              } catch (InterruptedException never) {
                Thread.currentThread().interrupt(); // nobody interrupts these threads
              }
            });
  }

  private String why(Exception failed) {
    var how = failed instanceof ProtocolException ? "broke the protocol: " : "is lost: ";
    return "the legacy connection to " + parts.peer() + " " + how + failed.getMessage();
  }

  // ---- calls

  @Override
  public ByteStream open(Opening opening) {
    var id = ids.incrementAndGet();
    var side = new LegacyWire.Side(id, opening.family(), false, opening.hello());
    var line = line(side, opening.log(), opening.whenEnded());
    streams.put(id, line);
    var hello = LegacyBody.hello(opening.family(), opening.hello());
    if (draining
        || ended.get()
        || !queue.offer(Rank.CONTROL, new LegacyFrame(Kind.HELLO, id, hello))) {
      streams.remove(id);
      line.lane().over(Status.UNAVAILABLE.withDescription("the legacy connection is leaving"));
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
    return switch (what) {
      case PROBE -> answer(Rank.CONTROL, id -> LegacyFrame.of(Kind.PING, id), patience);
      case SYNC -> {
        if (!requests.tryAcquire()) throw refusal("32 requests are open");
        try {
          var body = LegacyBody.tagged(LegacyBody.SYNC, request);
          yield answer(Rank.CALL, id -> new LegacyFrame(Kind.REQ, id, body), patience);
        } finally {
          requests.release();
        }
      }
    };
  }

  private Bytes answer(Rank rank, LongFunction<LegacyFrame> question, Duration patience) {
    var id = ids.incrementAndGet();
    var reply = replies.expect(id);
    try {
      if (!queue.offer(rank, question.apply(id)) || ended.get()) {
        throw Status.UNAVAILABLE.asRuntimeException();
      }
      return reply.await(patience);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.asRuntimeException();
    } finally {
      if (replies.forget(id) && rank == Rank.CALL) {
        tell(new LegacyFrame(Kind.CANCEL, id, LegacyBody.status(Status.CANCELLED)));
      }
    }
  }

  private static StatusRuntimeException refusal(String why) {
    return Status.RESOURCE_EXHAUSTED.withDescription(why).asRuntimeException();
  }

  @Override
  public void drain() {
    draining = true;
  }

  @Override
  public boolean awaitEnd(Duration patience) throws InterruptedException {
    var end = now().plus(patience);
    while (!streams.isEmpty() || !queue.isEmpty()) {
      var left = Duration.between(now(), end);
      if (!left.isPositive()) return false;
      if (gone.await(Math.min(10, left.toMillis() + 1), TimeUnit.MILLISECONDS)) return true;
    }
    queue.close(); // the writer flushes, and closes
    return gone.await(Math.max(1, Duration.between(now(), end).toMillis()), TimeUnit.MILLISECONDS);
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

  /** A frame about a stream or the connection, before all others. */
  void tell(LegacyFrame frame) {
    if (!queue.offer(Rank.CONTROL, frame) && !queue.isClosed()) parts.io().abort(); // reads nothing
  }

  /** Nothing of this stream is expected any more. */
  void forget(long id) {
    var line = streams.remove(id);
    if (line != null) line.lane().over(Status.OK);
  }

  // ---- threads

  private void write() throws IOException, InterruptedException {
    for (var next = queue.take(); next.isPresent(); next = queue.take()) {
      var frame = next.get();
      parts.io().write(frame);
      if (queue.isEmpty()) parts.io().flush();
      var line = streams.get(frame.id());
      if (line != null) line.lane().ready();
    }
    parts.io().flush();
    end(Status.UNAVAILABLE.withDescription("the legacy connection was closed"));
  }

  private void watch() throws IOException, InterruptedException {
    while (!gone.await(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
      var silent = Duration.between(heardMonotonic, now());
      if (silent.compareTo(DEAD_AFTER) >= 0) throw new IOException("nothing came for 15 s");
      if (silent.compareTo(ASK_AFTER) >= 0) tell(LegacyFrame.of(Kind.PING, 0));
      var refused = parts.check().get();
      if (refused.isPresent()) {
        tell(new LegacyFrame(Kind.ERR, 0, LegacyBody.status(refused.get())));
        queue.close(); // the writer says why, and ends; if it is stuck, so be it
        if (!gone.await(LAST_WORD.toMillis(), TimeUnit.MILLISECONDS)) end(refused.get());
      }
    }
  }

  private void read() throws IOException {
    while (true) {
      var frame = parts.io().read();
      heardMonotonic = now();
      switch (frame.type()) {
        case HELLO -> hello(frame);
        case STREAM -> data(frame, Family.STREAM);
        case ELECT -> data(frame, Family.ELECT);
        case DELIVER -> data(frame, Family.DELIVER);
        case REQ -> served(frame).request(frame);
        case RESP -> reply(frame.id(), frame.body(), Status.OK);
        case ERR -> refused(frame, LegacyBody.status(frame.body()));
        case CANCEL -> cancelled(frame.id(), LegacyBody.status(frame.body()));
        case CREDIT -> credit(frame);
        case PING -> tell(LegacyFrame.of(Kind.PONG, frame.id()));
        case PONG -> pong(frame.id());
        case GOAWAY -> draining = true;
      }
    }
  }

  private LegacyCalls served(LegacyFrame frame) throws ProtocolException {
    var service = parts.served();
    if (service == null) throw new ProtocolException("a " + frame.type() + " to who dialled");
    return calls;
  }

  private void hello(LegacyFrame frame) throws ProtocolException {
    var hello = LegacyBody.tagged(frame.body());
    var family = LegacyBody.family(hello.number());
    var line = streams.get(frame.id());
    if (parts.served() == null) {
      if (line != null) line.lane().greeted(hello.rest());
    } else if (frame.id() == 0 || line != null) {
      throw new ProtocolException("stream " + frame.id() + " twice");
    } else {
      calls.open(frame.id(), family, hello.rest());
    }
  }

  private void data(LegacyFrame frame, Family family) throws ProtocolException {
    var line = streams.get(frame.id());
    if (line == null) { // of a stream that we have ended meanwhile
      dropped(family.name());
      return;
    }
    if (line.stream().family() != family) throw new ProtocolException("a frame of " + family);
    if (!line.wire().arrived(frame.body().size())) {
      throw new ProtocolException("more on " + family + " than it had credit for");
    }
    line.lane().arrived(frame.body());
  }

  private void reply(long id, Bytes body, Status status) {
    if (!replies.came(id, body, status)) dropped("RESP"); // nobody waits any more
  }

  private void pong(long id) {
    if (id != 0) reply(id, Bytes.EMPTY, Status.OK);
  }

  private void refused(LegacyFrame frame, Status why) {
    if (frame.id() == 0) {
      end(why);
      return;
    }
    var line = streams.remove(frame.id());
    if (line == null) reply(frame.id(), Bytes.EMPTY, why);
    else line.lane().over(why);
  }

  private void cancelled(long id, Status why) {
    var line = streams.get(id);
    if (line == null) {
      calls.cancel(id);
    } else if (parts.served() != null && why.isOk()) {
      line.lane().halfClosed();
    } else {
      streams.remove(id);
      line.lane().over(why);
    }
  }

  private void credit(LegacyFrame frame) throws ProtocolException {
    var credit = LegacyBody.credit(frame.body());
    var line = streams.get(frame.id());
    if (line == null) return;
    line.wire().credit(credit);
    line.lane().ready();
  }

  /** Ends everything, once. */
  private void end(Status why) {
    if (!ended.compareAndSet(false, true)) return;
    queue.close();
    parts.io().abort();
    for (var id : List.copyOf(streams.keySet())) {
      var line = streams.remove(id);
      if (line != null) line.lane().over(why);
    }
    replies.end(why);
    calls.close();
    gone.countDown();
  }

  // ---- for what it serves

  Parts parts() {
    return parts;
  }

  int open() {
    return streams.size();
  }

  /** A stream that the peer opened; the line is the connection's before it is begun. */
  Line accept(LegacyWire.Side side, RpcLog log) {
    var line = line(side, log, () -> {});
    streams.put(side.id(), line);
    return line;
  }

  void answer(LegacyFrame frame) {
    queue.offer(Rank.CALL, frame);
  }

  boolean isDraining() {
    return draining;
  }

  private void dropped(String what) {
    parts.tools().meters().count(Metric.LEGACY_DROPS_TOTAL, what);
  }

  private Instant now() {
    return parts.tools().clocks().monotonic().instant();
  }
}
