package dev.meshkit.grpc;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Status;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3SettingsFrame;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicChannelOption;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One QUIC connection, dialled or accepted.
 *
 * <pre>
 *   handshake → ALPN is h3? → PeerCheck (virtual thread) → HTTP/3 starts → SETTINGS read → usable
 * </pre>
 *
 * <p>Every field is confined to the connection's event loop but {@link #attributes}, which is set
 * before the owner hears that it is usable.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // a connection that fails to close is told lost all the same
final class Connection {
  private static final System.Logger LOG = System.getLogger(Connection.class.getName());
  private static final int CERTIFICATE_UNKNOWN = 0x100 + 46; // RFC 9001 §4.8, RFC 8446 §6.2

  private final Reactor reactor;
  private final QuicChannel channel;
  private final ConnectionOwner owner;
  private final Checker checker;
  private final Heartbeat heartbeat;
  private final UnaryOperator<Attributes> filter;
  private final Gate gate = new Gate(this);
  private final SendTurn turn;
  private final Set<CallStream> streams = new HashSet<>();
  private final SocketAddress remote;
  private volatile Attributes attributes = Attributes.EMPTY;
  private @Nullable Http3ConnectException cause;
  private boolean filtering;
  private boolean admitted;
  private boolean usable;
  private boolean draining;
  private boolean closed;
  private int ticks;
  private int idleTicks;
  private long peerFieldBytes = Long.MAX_VALUE;

  /** A connection of {@code channel} before its handshake; {@code remote} is for messages. */
  Connection(
      Reactor reactor,
      QuicChannel channel,
      SocketAddress remote,
      ConnectionOwner owner,
      Terms terms) {
    this.reactor = reactor;
    this.channel = channel;
    this.remote = remote;
    this.owner = owner;
    this.checker = new Checker(terms.check(), remote, this::judged);
    this.filter = terms.filter();
    this.turn = new SendTurn(channel, reactor.commands(channel.eventLoop()));
    this.heartbeat = new Heartbeat(channel, terms.keepAlive());
    channel
        .config()
        .setOption(QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, reactor.segments());
    channel.pipeline().addFirst(gate);
    reactor.tick(this);
  }

  /**
   * What holds for every connection of an owner.
   *
   * @param check judges the peer
   * @param keepAlive how a silent path is noticed
   * @param filter adds to the attributes of an admitted connection; on a virtual thread
   */
  record Terms(PeerCheck check, KeepAlive keepAlive, UnaryOperator<Attributes> filter) {}

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

  /** Where the peer's packets come from. */
  SocketAddress remote() {
    return remote;
  }

  boolean isClosed() {
    return closed;
  }

  boolean hasCalls() {
    return !streams.isEmpty();
  }

  int calls() {
    return streams.size();
  }

  /** Whole 250 ms ticks without a call. */
  int idleTicks() {
    return idleTicks;
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
    return Status.UNAVAILABLE.withDescription(why.getMessage()).withCause(why);
  }

  void streamOpened(CallStream stream) {
    streams.add(stream);
    idleTicks = 0;
  }

  void streamClosed(CallStream stream) {
    if (streams.remove(stream) && draining && streams.isEmpty()) closeQuietly();
  }

  // ---- from the gate

  void handshaken(ChannelHandlerContext ctx) {
    var engine = channel.sslEngine();
    if (engine == null || !QuicSettings.ALPN.equals(engine.getApplicationProtocol())) {
      close(
          Failures.ofOurs(
              Kind.ALPN, remote + " does not speak h3", Http3ConnectException.NONE, "no h3"));
      return;
    }
    var session = engine.getSession();
    attributes =
        Attributes.newBuilder()
            .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, remote)
            .set(Grpc.TRANSPORT_ATTR_LOCAL_ADDR, channel.localSocketAddress())
            .set(Grpc.TRANSPORT_ATTR_SSL_SESSION, session)
            .build();
    checker.begin(session, loop());
  }

  private void judged(Verdict verdict) {
    if (closed) return;
    switch (verdict) {
      case Verdict.Refuse(var code, var reason) ->
          close(
              Failures.ofOurs(
                  Kind.PEER_CHECK,
                  "we refused " + remote + ": " + reason,
                  Http3ConnectException.REFUSAL_BASE + code,
                  reason));
      case Verdict.Admit() -> {
        if (!filtering) filter();
      }
    }
  }

  /** The owner's filters are application code: they run on a thread of their own. */
  private void filter() {
    filtering = true;
    var bare = attributes;
    Thread.ofVirtual()
        .name("meshkit-transport-filter")
        .start(
            () -> {
              var filtered = filtered(bare);
              loop().execute(() -> admit(filtered));
            });
  }

  private Optional<Attributes> filtered(Attributes bare) {
    try {
      return Optional.of(filter.apply(bare));
    } catch (RuntimeException failure) {
      LOG.log(
          System.Logger.Level.WARNING,
          "a transport filter threw, so its connection is closed",
          failure);
      return Optional.empty();
    }
  }

  private void admit(Optional<Attributes> filtered) {
    if (closed) return;
    if (filtered.isEmpty()) {
      closeQuietly();
      return;
    }
    attributes = filtered.get();
    admitted = true;
    turn.refresh();
    channel.pipeline().addLast(owner.http3(this));
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
   * peer would be lost, and the peer would wait for its timeout. TLS's own alert goes first.
   */
  private void giveUp() {
    if (closed) return;
    channel.close(false, CERTIFICATE_UNKNOWN, Unpooled.EMPTY_BUFFER);
    closed();
  }

  void roomForStreams() {
    owner.roomForStreams(this);
  }

  void closed() {
    if (closed) return;
    closed = true;
    reactor.forget(this);
    if (cause == null)
      cause = Failures.silent(remote.toString(), "the path is lost, or the peer is gone:");
    owner.lost(this, cause);
  }

  // ---- from the control stream

  void settingsRead(Http3SettingsFrame settings) {
    var limit = settings.settings().maxFieldSectionSize();
    if (limit != null) peerFieldBytes = limit;
    usable = true;
    owner.usable(this);
  }

  void goAwayRead() {
    draining = true;
    owner.draining(this);
    if (streams.isEmpty()) closeQuietly();
  }

  // ---- from the owner

  /** Takes no new streams; closes when the last call has ended. */
  void drain() {
    if (draining || closed) return;
    draining = true;
    if (streams.isEmpty()) closeQuietly();
  }

  /** Asks the peer to open no more streams; those it opens nevertheless are served. */
  void goAway() {
    heartbeat.goAway();
  }

  /** Closes at once, without an error. */
  void closeQuietly() {
    close(
        Failures.ofOurs(
            Kind.CLOSED,
            "the connection to " + remote + " was closed here",
            Http3ErrorCode.H3_NO_ERROR.code(),
            ""));
  }

  /** Closes at once; the peer learns code and reason. */
  void close(Http3ConnectException why) {
    if (cause == null) cause = why;
    var code =
        why.closeCode() == Http3ConnectException.NONE
            ? Http3ErrorCode.H3_NO_ERROR.code()
            : why.closeCode();
    channel.close(true, (int) code, Unpooled.copiedBuffer(why.reason(), StandardCharsets.UTF_8));
    closed();
  }

  // ---- from the reactor, every 250 ms

  void tick() {
    if (!admitted || closed) return;
    ticks++;
    turn.refresh();
    idleTicks = streams.isEmpty() ? idleTicks + 1 : 0;
    if (ticks % 4 == 0) checker.again(loop());
    if (heartbeat.tick(!streams.isEmpty()) == Heartbeat.Path.LOST) {
      close(Failures.silent(remote.toString(), "the path is lost: no packet from"));
      return;
    }
    for (var stream : List.copyOf(streams)) stream.tick(ticks);
    owner.ticked(this);
  }
}
