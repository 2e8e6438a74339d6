package dev.meshkit.grpc;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3GoAwayFrame;

/**
 * Refuses a server's GOAWAY whose id is not that of a request stream with H3_ID_ERROR (RFC 9114
 * §7.2.6). Netty, behind it, would say H3_FRAME_UNEXPECTED.
 */
final class GoAwayId extends ChannelInboundHandlerAdapter {
  private final Connection connection;

  GoAwayId(Connection connection) {
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof Http3GoAwayFrame goAway && goAway.id() % 4 != 0) {
      var why = "a GOAWAY with the id of no request";
      connection.close(Failures.ofProtocol(connection.remote(), Http3ErrorCode.H3_ID_ERROR, why));
    } else {
      ctx.fireChannelRead(message);
    }
  }
}
