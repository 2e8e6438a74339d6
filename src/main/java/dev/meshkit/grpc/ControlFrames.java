package dev.meshkit.grpc;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http3.Http3Exception;
import io.netty.handler.codec.http3.Http3GoAwayFrame;
import io.netty.handler.codec.http3.Http3SettingsFrame;
import io.netty.handler.codec.http3.Http3UnknownFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * Reads the peer's control stream: SETTINGS make a connection usable, GOAWAY drains a dialled one,
 * and whatever means nothing is counted.
 */
final class ControlFrames extends ChannelInboundHandlerAdapter {
  private final Connection connection;
  private final boolean server;

  /** What the peer says to us, the {@code server} or its client. */
  ControlFrames(Connection connection, boolean server) {
    this.connection = connection;
    this.server = server;
  }

  /** Netty has put this handler behind its own, which must not be the first to judge a GOAWAY. */
  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (server) return;
    var names = ctx.pipeline().names();
    var nettys = names.get(names.indexOf(ctx.name()) - 1);
    ctx.pipeline().addBefore(nettys, null, new GoAwayId(connection));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case Http3SettingsFrame settings -> connection.settingsRead(settings);
      case Http3GoAwayFrame _ when server -> connection.endAnnounced();
      case Http3GoAwayFrame goAway -> connection.goAwayRead(goAway.id());
      case Http3UnknownFrame frame when server && frame.type() == QuicSettings.LEAVING_FRAME ->
          connection.endAnnounced();
      case Http3UnknownFrame frame when frame.type() == QuicSettings.UNHEARD_FRAME ->
          connection.unheard();
      default -> connection.guard().pinged();
    }
    ReferenceCountUtil.release(message);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof Http3Exception)) ctx.fireExceptionCaught(cause);
    // what breaks HTTP/3's rules for frames, Netty answers itself by closing the connection
  }
}
