package dev.meshkit.grpc;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamLimitChangedEvent;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * The first handler of a connection: no stream passes, and so none is read, before the peer is
 * admitted. What the peer opens meanwhile waits here; QUIC's stream limits bound it.
 */
final class Gate extends ChannelInboundHandlerAdapter {
  private final Connection connection;
  private final List<QuicStreamChannel> held = new ArrayList<>();
  private boolean admitted;

  Gate(Connection connection) {
    this.connection = connection;
  }

  /** Lets the held streams through, and every later one. */
  void admit(ChannelHandlerContext ctx) {
    admitted = true;
    held.forEach(stream -> pass(ctx, stream));
    held.clear();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof QuicStreamChannel stream)) {
      ctx.fireChannelRead(message);
    } else if (admitted) {
      pass(ctx, stream);
    } else {
      held.add(stream);
    }
  }

  private void pass(ChannelHandlerContext ctx, QuicStreamChannel stream) {
    if (stream.type() == QuicStreamType.BIDIRECTIONAL) stream.config().setAutoRead(false);
    if (stream.type() == QuicStreamType.BIDIRECTIONAL && connection.serves(stream)) {
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
