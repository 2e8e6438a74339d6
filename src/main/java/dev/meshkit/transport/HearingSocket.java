package dev.meshkit.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.nio.NioSocketChannel;

/**
 * A TCP socket that tells of each piece that comes, whatever it belongs to: while a large message
 * crosses a slow path, all that comes may be permission to send more of it.
 */
final class HearingSocket extends NioSocketChannel {
  private final Heard heard;

  /** Not connected yet; once it is, it says nothing before it may. */
  HearingSocket(Heard heard, Threshold.Permit permit) {
    this.heard = heard;
    pipeline().addLast(new Threshold(permit));
  }

  @Override
  protected int doReadBytes(ByteBuf bytes) throws Exception {
    var read = super.doReadBytes(bytes);
    if (read > 0) heard.now();
    return read;
  }
}
