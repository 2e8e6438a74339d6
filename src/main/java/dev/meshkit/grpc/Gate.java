package dev.meshkit.grpc;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamLimitChangedEvent;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first handler of a connection: no stream passes, and so none is read, before the peer is
 * admitted, nor while it has given up too many ({@link Guard}). What the peer opens meanwhile waits
 * here; QUIC's stream limits bound it, since a stream that is not read keeps its place.
 */
final class Gate extends ChannelInboundHandlerAdapter {
  private final Connection connection;
  private final ArrayDeque<QuicStreamChannel> held = new ArrayDeque<>();
  private @Nullable ChannelHandlerContext admitted; // absent before

  Gate(Connection connection) {
    this.connection = connection;
  }

  /** The peer is admitted: looks at the held streams as at later ones. */
  void admit(ChannelHandlerContext ctx) {
    admitted = ctx;
    var before = List.copyOf(held);
    held.clear();
    for (var stream : before) {
      if (isRequest(stream)) connection.streams().taken();
      passOrHold(stream);
    }
  }

  /** Whether streams wait though the peer is admitted. */
  boolean isHolding() {
    return admitted != null && !held.isEmpty();
  }

  /** Lets as many through as the peer may have now. */
  void release() {
    var ctx = admitted;
    if (ctx == null) return;
    for (var left = connection.guard().streamsTaken(); left > 0 && !held.isEmpty(); left--) {
      connection.streams().taken();
      pass(ctx, held.remove());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof QuicStreamChannel stream)) {
      ctx.fireChannelRead(message);
    } else {
      passOrHold(stream);
    }
  }

  private static boolean isRequest(QuicStreamChannel stream) {
    return stream.type() == QuicStreamType.BIDIRECTIONAL;
  }

  private void passOrHold(QuicStreamChannel stream) {
    var ctx = admitted;
    if (ctx != null && (!isRequest(stream) || isOpen())) {
      pass(ctx, stream);
    } else {
      held.add(stream);
      if (isRequest(stream)) connection.streams().come(stream.streamId());
    }
  }

  /** For requests; nobody is served before those that came before. */
  private boolean isOpen() {
    return held.isEmpty() && connection.guard().streamsTaken() > 0;
  }

  private void pass(ChannelHandlerContext ctx, QuicStreamChannel stream) {
    if (isRequest(stream)) stream.config().setAutoRead(false);
    if (isRequest(stream) && connection.serves(stream)) {
      ctx.pipeline().lastContext().fireChannelRead(stream); // past Netty's HTTP/3: StreamHead
    } else {
      ctx.fireChannelRead(stream);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    switch (event) {
      case SslHandshakeCompletionEvent done when done.isSuccess() -> connection.handshaken();
      case QuicConnectionCloseEvent close -> connection.closedByPeer(close);
      case QuicStreamLimitChangedEvent _ -> connection.roomForStreams();
      default -> {} // path and early-data events concern nobody
    }
    super.userEventTriggered(ctx, event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    connection.broken(cause);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    connection.closed();
    super.channelInactive(ctx);
  }
}
