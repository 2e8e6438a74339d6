package dev.meshkit.grpc;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http3.Http3GoAwayFrame;
import io.netty.handler.codec.http3.Http3SettingsFrame;
import io.netty.util.ReferenceCountUtil;

/** Reads the peer's control stream: SETTINGS make a connection usable, GOAWAY drains it. */
final class ControlFrames extends ChannelInboundHandlerAdapter {
  private final Connection connection;

  ControlFrames(Connection connection) {
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case Http3SettingsFrame settings -> connection.settingsRead(settings);
      case Http3GoAwayFrame _ -> connection.goAwayRead();
      default -> {} // nothing else concerns us
    }
    ReferenceCountUtil.release(message);
  }
}
