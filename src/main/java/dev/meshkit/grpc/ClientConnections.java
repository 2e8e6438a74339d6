package dev.meshkit.grpc;

import dev.meshkit.runtime.Backoff;
import io.grpc.ConnectivityState;
import io.grpc.Status;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A channel's connections: the one in use, those that drain, the dial under way, and the calls that
 * wait for a stream.
 *
 * <p>Confined to one event loop, on which all of a channel's connections live. A call that may not
 * wait fails with the dial it waited for; between two dials it fails at once.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed stream ends its call
final class ClientConnections implements ConnectionOwner {
  /** How a call ends that comes too late. */
  static final Status SHUT_DOWN = Status.UNAVAILABLE.withDescription("the channel is shut down");

  /** How a call ends that its channel gives up; in grpc-java's words. */
  private static final Status GIVEN_UP =
      Status.UNAVAILABLE.withDescription("Channel shutdownNow invoked");

  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));

  private final Reactor reactor;
  private final EventLoop loop;
  private final Commands commands;
  private final IdentityPoll identity;
  private final Dial.Target target;
  private final ChannelState state;
  private final RandomGenerator chance;
  private final Restraint restraint;
  private final WaitingCalls waiting;
  private final Set<CallStream> begun = ConcurrentHashMap.newKeySet();
  private final Set<Connection> connections = new HashSet<>();
  private @Nullable Connection current;
  private @Nullable Dial dial;
  private @Nullable Future<?> redial; // after a dial that failed: who cannot wait fails meanwhile
  private @Nullable Future<?> rest; // after connections that did not last: everybody waits
  private Status lastFailure = Status.UNAVAILABLE;
  private int failures;
  private int opening; // streams that were asked for and are not there yet
  private boolean shutdown;
  private boolean over; // by shutdownNow
  private final AtomicBoolean sweeping = new AtomicBoolean();
  private volatile boolean closing;

  ClientConnections(
      Reactor reactor, Dial.Target target, ChannelState state, RandomGenerator chance) {
    this.reactor = reactor;
    this.loop = reactor.seats().take(); // Http3Channel gives it back
    this.commands = reactor.commands(loop);
    this.waiting = new WaitingCalls(commands.tallies());
    this.target = target;
    this.identity = new IdentityPoll(target.tls(), loop, this::renew);
    this.state = state;
    this.chance = chance;
    this.restraint = new Restraint(chance);
  }

  Commands commands() {
    return commands;
  }

  /**
   * A call begins whose stream is to be opened later, when its request is complete: until then it
   * keeps the channel, and ends with it. False if it comes too late. Any thread.
   */
  boolean begin(CallStream call) {
    begun.add(call);
    if (!closing) return true; // who closes looks at those that have begun afterwards
    begun.remove(call);
    return false;
  }

  /** A call that has begun needs no stream any more. Any thread. */
  void gaveUp(CallStream call) {
    if (begun.remove(call) && closing) commands.run(this::leaveIfShut);
  }

  /** A call was ended from our side: if it waits, it does so for nothing. Any thread. */
  void ended() {
    if (sweeping.compareAndSet(false, true)) commands.run(this::sweep);
  }

  /** In a step of its own: the ends of those that found it under way are queued before that. */
  private void sweep() {
    sweeping.set(false);
    commands.run(this::forget);
  }

  private void forget() {
    waiting.forgetThoseWhoLeft();
    waiting.tell();
    leaveIfShut();
  }

  /** Opens a stream for a call, now or when there is a connection with room. Any thread. */
  void open(PendingCall call) {
    commands.run(
        () -> {
          place(call);
          waiting.tell();
        });
  }

  private void place(PendingCall call) {
    begun.remove(call.stream());
    if (state.isTerminated()) {
      call.stream().fail(SHUT_DOWN);
    } else if (over) {
      call.stream().fail(GIVEN_UP);
    } else if (current == null && redial != null && !call.options().isWaitForReady()) {
      call.stream().fail(lastFailure);
    } else if (!call.stream().isOver()) { // it may have been given up before it came here
      waiting.add(call);
      serve();
    }
    leaveIfShut();
  }

  /** Opens streams for those who wait, as far as there is room; dials if there is no connection. */
  private void serve() {
    if (waiting.isEmpty()) return;
    var connection = current;
    if (connection == null || !connection.isUsable()) {
      dial();
      return;
    }
    var channel = connection.channel();
    while (!waiting.isEmpty()
        && channel.isActive() // or we are about to hear of its end, and then serve those who wait
        && channel.peerAllowedStreams(QuicStreamType.BIDIRECTIONAL) > 0) {
      openOn(connection, waiting.next());
    }
    waiting.tell();
    leaveIfShut();
  }

  private void openOn(Connection connection, PendingCall call) {
    var stream = call.stream();
    if (stream.isOver()) return;
    var fields = call.fieldsNow();
    if (fields.size() > connection.peerFieldBytes()) {
      stream.fail(
          Status.RESOURCE_EXHAUSTED.withDescription("the server takes no metadata of this size"));
      return;
    }
    var request = new StreamRequest(fields, call.urgency());
    opening++;
    connection
        .channel()
        .createStream(QuicStreamType.BIDIRECTIONAL, new StreamTail(connection, stream))
        .addListener(
            (Future<QuicStreamChannel> opened) -> {
              opening--;
              if (opened.isSuccess() && !connection.isClosed()) {
                connection.streamOpened(opened.getNow().streamId(), stream);
                call.events().opened(connection);
                stream.open(connection, opened.getNow(), request, () -> again(call, connection));
              } else {
                notOpened(call, connection, opened.cause());
              }
              leaveIfShut();
            });
  }

  /** Nothing of a call was sent; if that is for its connection's end, it gets another. */
  private void notOpened(PendingCall call, Connection connection, @Nullable Throwable why) {
    if (!over && !connection.isUsable()) {
      again(call, connection);
    } else {
      call.stream().fail(why == null ? GIVEN_UP : connection.statusOf(why));
    }
  }

  /**
   * The server processed nothing of a call: it goes before those that wait, behind those that were
   * sent back before it, and gets a fresh connection, unless the one that refused it is fresh
   * itself, or fresh ones refuse it too.
   */
  private void again(PendingCall call, Connection refused) {
    call.events().again();
    waiting.giveBack(call);
    var fresh = !refused.ageing().isSettled();
    if (current == refused && !fresh && restraint.leaves(refused.turn().nanos())) {
      current = null;
      refused.drain();
    }
    loop.execute(this::serve); // not within the event that told
  }

  private void dial() {
    if (dial != null || redial != null || rest != null) return;
    if (current == null) state.become(ConnectivityState.CONNECTING);
    dial = new Dial(reactor, loop, target, this, this::dialFailed);
    dial.start();
  }

  private void dialFailed(Http3ConnectException why) {
    dial = null;
    if (shutdown && waiting.isEmpty()) {
      endIfDone();
      return;
    }
    lastFailure = Status.UNAVAILABLE.withDescription(why.getMessage()).withCause(why);
    var pause = BACKOFF.before(failures++, chance);
    redial = loop.schedule(this::paused, pause.toNanos(), TimeUnit.NANOSECONDS);
    if (current != null) return; // a replacement failed: the old one goes on
    state.become(ConnectivityState.TRANSIENT_FAILURE);
    waiting.fail(call -> !call.options().isWaitForReady(), lastFailure);
    waiting.tell();
    leaveIfShut();
  }

  private void paused() {
    redial = null;
    if (current == null) state.become(ConnectivityState.IDLE);
    serve();
  }

  private void rested() {
    rest = null;
    serve();
  }

  /** Dials now if somebody waits; the next failure's pause is the shortest again. */
  void resetBackoff() {
    failures = 0;
    restraint.forget();
    if (rest != null && rest.cancel(false)) rested();
    if (redial != null && redial.cancel(false)) paused();
  }

  /** Dials unless there is a connection. */
  void connect() {
    if (!shutdown && current == null) dial();
  }

  /** Drops the connection that is used, gently; the next call dials. */
  void enterIdle() {
    var idle = current;
    if (idle == null) return;
    current = null;
    state.become(ConnectivityState.IDLE);
    idle.drain();
  }

  @Override
  public boolean hasRoom(Connection connection) {
    return true;
  }

  @Override
  public ChannelHandler http3(Connection connection) {
    throw new IllegalStateException("the dial installs it");
  }

  @Override
  public boolean serves(Connection connection, QuicStreamChannel stream) {
    return false;
  }

  @Override
  public void usable(Connection connection) {
    dial = null;
    failures = 0;
    var before = current;
    current = connection;
    connections.add(connection);
    connection.cancels().open(connection.channel());
    ResetHintReader.of(connection.channel()).add(connection);
    if (before != null) before.drain();
    state.become(ConnectivityState.READY);
    serve();
    leaveIfShut();
  }

  @Override
  public void roomForStreams(Connection connection) {
    if (connection == current) serve();
  }

  @Override
  public void ticked(Connection connection) {
    leaveIfShut(); // who waited may have given up
    var ageing = connection.ageing();
    if (ageing.isIdle() && waiting.isEmpty()) {
      connection.closeQuietly();
    } else if (connection == current && !shutdown && ageing.isDue(connection.streams().use())) {
      connection.announceEnd();
      dial(); // and then this one drains
    }
    if (connection == current && ageing.isPollDue())
      identity.poll(reactor.ticking(loop).questions());
  }

  private void renew() {
    for (var connection : connections)
      connection.renewUnless(target.tls()::isCurrent, target.terms().lifetime().spread());
  }

  /** Those who wait, or may come again, get another connection at once. */
  @Override
  public void draining(Connection connection) {
    var inUse = connection == current && !connection.streams().isEmpty();
    leave(connection);
    if (inUse && current == null && !shutdown) dial(); // not for one that we have left ourselves
  }

  @Override
  public void flooded(Connection connection) {
    throw new IllegalStateException("nothing that a server sends counts as a flood");
  }

  @Override
  public void lost(Connection connection, Http3ConnectException cause) {
    connections.remove(connection);
    ResetHintReader.of(connection.channel()).remove(connection);
    leave(connection);
    endIfDone();
  }

  private void leave(Connection connection) {
    if (current != connection) return;
    current = null;
    state.become(ConnectivityState.IDLE);
    var pause = restraint.afterEnd(connection.ageing().isSettled(), connection.streams().use());
    if (pause.isPositive() && !shutdown)
      rest = loop.schedule(this::rested, pause.toNanos(), TimeUnit.NANOSECONDS);
    serve();
  }

  /** Refuses calls that begin from now on. Any thread. */
  void takeNoMore() {
    closing = true;
  }

  /** Whether a call that begins now comes too late. Any thread. */
  boolean isClosing() {
    return closing;
  }

  /** Ends when the calls that began before have ended, those that wait for a stream included. */
  void shutdown() {
    shutdown = true;
    leaveIfShut();
  }

  /** Ends the calls too. */
  void shutdownNow() {
    shutdown = true;
    over = true;
    waiting.fail(_ -> true, GIVEN_UP);
    waiting.tell();
    for (var call : begun) call.fail(GIVEN_UP);
    begun.clear();
    leaveIfShut();
    List.copyOf(connections).forEach(Connection::closeQuietly);
  }

  /** Once nobody wants a stream any more, a channel that is shut down needs no connection. */
  private void leaveIfShut() {
    if (!shutdown || opening > 0) return;
    waiting.forgetThoseWhoLeft();
    waiting.tell();
    if (!waiting.isEmpty() || !begun.isEmpty()) return;
    if (redial != null) redial.cancel(false);
    redial = null;
    if (rest != null) rest.cancel(false);
    rest = null;
    if (dial != null) dial.cancel();
    dial = null;
    List.copyOf(connections).forEach(Connection::drain);
    endIfDone();
  }

  private void endIfDone() {
    var wanted = !waiting.isEmpty() || !begun.isEmpty() || opening > 0;
    if (shutdown && connections.isEmpty() && !wanted) state.terminated();
  }
}
