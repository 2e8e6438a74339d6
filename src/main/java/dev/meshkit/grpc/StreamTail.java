package dev.meshkit.grpc;

import io.grpc.Status;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3HeadersFrame;
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

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    stream.active();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case Http3HeadersFrame frame -> stream.headersRead(frame.headers());
      case Http3DataFrame frame -> stream.dataRead(frame.content());
      default -> ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    stream.burstRead();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      stream.finRead();
      stream.burstRead();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    stream.lost(
        switch (cause) {
          case QuicStreamResetException reset ->
              StatusMapping.ofReset(reset.applicationProtocolCode());
          default -> Status.INTERNAL.withDescription("broken HTTP/3 stream").withCause(cause);
        });
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    connection.streamClosed(stream);
    if (!stream.isOver()) stream.lost(connection.status());
  }
}
