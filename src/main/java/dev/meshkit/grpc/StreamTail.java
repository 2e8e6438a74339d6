package dev.meshkit.grpc;

import io.grpc.Status;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3Exception;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3HeadersValidationException;
import io.netty.handler.codec.http3.Http3PushPromiseFrame;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamResetException;
import io.netty.util.ReferenceCountUtil;

/** The last handler of a request stream: tells its {@link CallStream} what was read. */
final class StreamTail extends ChannelInboundHandlerAdapter {
  private final Connection connection;
  private final CallStream stream;

  StreamTail(Connection connection, CallStream stream) {
    this.connection = connection;
    this.stream = stream;
  }

  /** Before the channel is active, which would read on its own. */
  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    ctx.channel().config().setAutoRead(false);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    stream.active();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!stream.isOn(ctx.channel())) {
      ReferenceCountUtil.release(message);
      return;
    }
    switch (message) {
      case Http3HeadersFrame frame -> {
        connection.guard().progress();
        stream.inflow().headers(frame.headers());
      }
      case Http3DataFrame frame -> {
        weigh(frame);
        stream.inflow().data(frame.content());
      }
      case Http3PushPromiseFrame _ -> pushed(); // a server's Netty has refused it before
      default -> {
        connection.guard().emptyFrame();
        ReferenceCountUtil.release(message);
      }
    }
  }

  /** We allow no push, so there is no id of one (RFC 9114 §7.2.5). */
  private void pushed() {
    connection.close(
        Failures.ofProtocol(
            connection.remote(), Http3ErrorCode.H3_ID_ERROR, "a push that nobody allowed"));
  }

  private void weigh(Http3DataFrame frame) {
    if (frame.content().isReadable()) {
      connection.guard().progress();
    } else {
      connection.guard().emptyFrame();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (stream.isOn(ctx.channel())) stream.inflow().burstRead();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE && stream.isOn(ctx.channel())) {
      stream.inflow().fin();
      stream.inflow().burstRead();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!stream.isOn(ctx.channel())) return;
    switch (cause) {
      case QuicStreamResetException reset -> stream.resetByPeer(reset.applicationProtocolCode());
      case Http3HeadersValidationException _ -> broken(cause, Http3ErrorCode.H3_MESSAGE_ERROR);
      case Http3Exception http3 -> broken(cause, http3.errorCode());
      default -> broken(cause, Http3ErrorCode.H3_INTERNAL_ERROR);
    }
  }

  private void broken(Throwable cause, Http3ErrorCode code) {
    stream.lost(Status.INTERNAL.withDescription("broken HTTP/3 stream").withCause(cause), code);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (ctx.channel() instanceof QuicStreamChannel channel) {
      connection.streamClosed(channel.streamId());
    }
    if (stream.isOn(ctx.channel()) && !stream.isOver()) stream.lost(connection.status());
  }
}
