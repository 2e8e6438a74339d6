package dev.meshkit.grpc;

import io.grpc.Attributes;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http3.Http3SettingsFrame;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicChannelOption;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * One QUIC connection, dialled or accepted.
 *
 * <pre>
 *   handshake → ALPN is h3? → PeerCheck (virtual thread) → HTTP/3 starts → SETTINGS read → usable
 *   usable → draining (GOAWAY, age, a new identity, shutdown) → closed
 * </pre>
 *
 * <p>Every field is confined to the connection's event loop, but for those that are volatile.
 */
final class Connection {
  private final Ticking ticking;
  private final QuicChannel channel;
  private final ConnectionOwner owner;
  private final SocketAddress remote;
  private final Admission admission;
  private final Pulse pulse;
  private final Ageing ageing;
  private final Guard guard;
  private final long handshakeTicks;
  private final Ticking.Ticked ticked = this::tick;
  private final Gate gate = new Gate(this);
  private final SendTurn turn;
  private final OpenStreams streams = new OpenStreams();
  private final SendBudget budget =
      new SendBudget(() -> streams.all().forEach(CallStream::roomOnConnection));
  private final Farewell farewell;
  private final ProbeRounds probes = new ProbeRounds(this);
  private final CancelStream cancels = new CancelStream();
  private final Departures departures = new Departures();
  private final PeerCancels peerCancels;
  private volatile Attributes attributes = Attributes.EMPTY;
  private @Nullable Http3ConnectException cause;
  private boolean handshaken;
  private boolean admitted;
  private boolean usable;
  private boolean draining;
  private boolean peerLeaves;
  private boolean closed;
  private long ticks;
  private volatile long peerFieldBytes = Long.MAX_VALUE; // lanes ask too

  /** A connection of {@code channel} before its handshake; {@code remote} is for messages. */
  Connection(
      Reactor reactor,
      QuicChannel channel,
      SocketAddress remote,
      ConnectionOwner owner,
      ConnectionTerms terms) {
    this.ticking = reactor.ticking(channel.eventLoop());
    this.channel = channel;
    this.remote = remote;
    this.owner = owner;
    this.admission = new Admission(this, terms.check(), terms.filters());
    this.turn = new SendTurn(channel, reactor.commands(channel.eventLoop()));
    var control = new ControlStream(channel, turn);
    this.pulse = new Pulse(this, control, terms.keepAlive());
    this.farewell = new Farewell(this, control);
    this.ageing = new Ageing(terms.lifetime(), terms.chance());
    this.guard = new Guard(this, terms.floods(), terms.pings());
    this.peerCancels = new PeerCancels(streams, guard);
    this.handshakeTicks = Ticks.of(terms.handshake());
    channel
        .config()
        .setOption(QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, reactor.segments());
    channel.pipeline().addFirst(gate);
    ticking.add(ticked);
  }

  EventLoop loop() {
    return channel.eventLoop();
  }

  QuicChannel channel() {
    return channel;
  }

  /** In which this connection's streams write together. */
  SendTurn turn() {
    return turn;
  }

  /** Addresses, TLS session and what filters added. */
  Attributes attributes() {
    return attributes;
  }

  /** Whether new calls may be opened here. */
  boolean isUsable() {
    return usable && !draining && !closed;
  }

  /** Whose it is: {@link Identities}. */
  String identity() {
    return admission.identity();
  }

  /** Where the peer's packets come from. */
  SocketAddress remote() {
    return remote;
  }

  boolean isClosed() {
    return closed;
  }

  OpenStreams streams() {
    return streams;
  }

  /** What its calls have to send, together. */
  SendBudget budget() {
    return budget;
  }

  /** Says when it is old, or idle. */
  Ageing ageing() {
    return ageing;
  }

  /** Bounds what the peer may do. */
  Guard guard() {
    return guard;
  }

  /** Tells the server which calls we have cancelled. */
  CancelStream cancels() {
    return cancels;
  }

  /** What the client tells of the calls it has cancelled. */
  PeerCancels peerCancels() {
    return peerCancels;
  }

  /** The largest field section the peer takes. */
  long peerFieldBytes() {
    return peerFieldBytes;
  }

  /** The status of calls that this connection's end has ended. */
  Status status() {
    var why =
        cause == null
            ? Failures.ofOurs(Kind.CLOSED, "closed", Http3ConnectException.NONE, "")
            : cause;
    return statusOf(why);
  }

  /** The status of a call that this failure of the connection has ended. */
  Status statusOf(Throwable failure) {
    return StatusMapping.ofEnd(Failures.of(remote.toString(), failure));
  }

  // ---- streams

  /** A stream that we dialled. */
  void streamOpened(long id, CallStream stream) {
    streams.add(id, stream);
    ageing.used();
  }

  /** A stream that the peer opened; false if it came too late, or is cancelled already. */
  boolean streamAccepted(long id, CallStream stream) {
    if (farewell.rejects(id)) {
      guard.streamReset(); // of ours, but of the client's making
      return false;
    }
    if (peerCancels.take(id)) {
      streams.abandon(Lifetime.STUCK);
      guard.streamReset(); // no less a reset because it came first
      return false;
    }
    streamOpened(id, stream);
    probes.begin();
    return true;
  }

  /** Serves a request stream; false if the peer may open none. */
  boolean serves(QuicStreamChannel stream) {
    return owner.serves(this, stream);
  }

  void streamClosed(long id) {
    if (!streams.remove(id)) return;
    farewell.streamClosed();
    closeIfDrained();
  }

  /** A stream whose half was reset just now: as good as closed, if not {@code toClose} later. */
  void departed(QuicStreamChannel stream, boolean toClose) {
    if (toClose) departures.add(stream);
    loop()
        .execute(
            () -> {
              Departures.strip(stream);
              streamClosed(stream.streamId());
            });
  }

  /** The peer sends more than anyone means to. */
  void flooded() {
    if (!closed) owner.flooded(this);
  }

  // ---- from the gate

  void handshaken() {
    handshaken = true;
    admission.begin(channel);
  }

  /** The peer is who it should be. */
  void admitted(Attributes known) {
    attributes = known;
    if (!owner.hasRoom(this)) {
      guard.overload("too many connections");
      return;
    }
    admitted = true;
    turn.refresh();
    channel.pipeline().addLast(owner.http3(this), new OneWayStreams(this));
    gate.admit(channel.pipeline().context(gate));
  }

  void closedByPeer(QuicConnectionCloseEvent event) {
    if (cause == null) cause = Failures.ofClose(remote.toString(), event);
  }

  void broken(Throwable failure) {
    if (cause == null) cause = Failures.of(remote.toString(), failure);
    if (!admitted) loop().execute(this::giveUp);
  }

  /**
   * Ends a failed handshake. In a turn of its own: within the codec's, the frame that tells the
   * peer would be lost, and the peer would wait for its timeout.
   */
  private void giveUp() {
    if (closed) return;
    CloseFrame.sendRefusal(channel);
    closed();
  }

  /** Somebody says that the server was restarted. */
  void forgottenByPeer() {
    pulse.doubted();
  }

  void roomForStreams() {
    owner.roomForStreams(this);
  }

  void closed() {
    if (closed) return;
    closed = true;
    pulse.closed();
    farewell.closed();
    departures.clear();
    ticking.remove(ticked);
    admission.ended();
    if (cause == null)
      cause = Failures.silent(remote.toString(), "the path is lost, or the peer is gone:");
    owner.lost(this, cause);
  }

  // ---- from the control stream

  void settingsRead(Http3SettingsFrame settings) {
    if (closed) return;
    var limit = settings.settings().maxFieldSectionSize();
    if (limit != null) peerFieldBytes = limit;
    usable = true;
    owner.usable(this);
  }

  /** The server processes no request with this id or a larger one. */
  void goAwayRead(long firstRejected) {
    if (closed) return;
    draining = true;
    var late = streams.from(firstRejected);
    if (!late.isEmpty()) {
      var wentAway = statusOf(Failures.wentAway(remote.toString()));
      for (var stream : late) stream.rejected(wentAway);
    }
    owner.draining(this);
    closeIfDrained();
  }

  // ---- from the owner

  /** Opens no new streams; closes when the last call has ended. A client's. */
  void drain() {
    announceEnd();
    draining = true;
    closeIfDrained();
  }

  /** Tells the server that this connection is about to be left, if it was not told. A client's. */
  void announceEnd() {
    if (!closed && usable) farewell.announce();
  }

  /** The client says so. */
  void endAnnounced() {
    guard.emptyFrame();
    peerLeaves = true;
  }

  /** The peer says that it does not hear us. */
  void unheard() {
    guard.emptyFrame();
    pulse.unheard();
  }

  private void closeIfDrained() {
    if (draining && !farewell.hasBegun() && streams.isEmpty() && !closed) closeQuietly();
  }

  /** Sends the client elsewhere; open calls may take as long as {@code grace}. A server's. */
  void farewell(Duration grace) {
    if (closed) return;
    if (admitted) {
      farewell.begin(grace);
    } else {
      closeQuietly();
    }
  }

  /** Has it drain within so long if the identity it was made with is no longer the current one. */
  void renewUnless(Predicate<SSLEngine> current, Duration within) {
    var engine = channel.sslEngine();
    if (admitted && engine != null && !current.test(engine)) ageing.renew(within);
  }

  /** Whether it was told to go elsewhere. */
  boolean isLeaving() {
    return farewell.hasBegun();
  }

  /** Whether neither side has said that it leaves. */
  boolean isStaying() {
    return !farewell.hasBegun() && !peerLeaves;
  }

  /** Closes at once, without an error. */
  void closeQuietly() {
    close(Failures.quiet(remote));
  }

  /** Closes at once; the peer learns code and reason. */
  void close(Http3ConnectException why) {
    if (closed) return;
    if (cause == null) cause = why;
    CloseFrame.send(channel, handshaken, why);
    closed();
  }

  // ---- from the loop, every 250 ms

  private void tick(long loopTurn) {
    if (closed) return;
    ticks++;
    turn.refresh();
    if (!admitted) {
      if (ticks >= handshakeTicks)
        close(Failures.silent(remote.toString(), "no handshake in time with"));
      return;
    }
    guard.tick(gate.isHolding());
    if (closed) return;
    gate.release();
    farewell.streamClosed(); // what waited may have been the last, and been rejected
    departures.tick();
    ageing.tick(loopTurn, !streams.isEmpty());
    if (loopTurn % Ticks.A_SECOND == 0) admission.again(ticking.questions());
    pulse.tick(!streams.isEmpty());
    if (closed) return;
    for (var stream : streams.all()) stream.tick();
    owner.ticked(this);
  }
}
