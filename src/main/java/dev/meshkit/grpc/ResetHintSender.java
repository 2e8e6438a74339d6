package dev.meshkit.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;

/**
 * Answers packets of connections that this server had in an earlier life with a {@link ResetHint},
 * at most 100 a second. Confined to the event loop of the socket.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a hint that is lost is asked for again
final class ResetHintSender extends ChannelInboundHandlerAdapter {
  private static final int LONG_HEADER = 0x80;
  private static final int A_SECOND = 100;

  private final ServerIds ids;
  private final Budget budget = new Budget(A_SECOND, A_SECOND);

  ResetHintSender(ServerIds ids) {
    this.ids = ids;
  }

  /** Another 250 ms have passed. */
  void tick() {
    budget.tick();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof DatagramPacket packet) || !isForgotten(packet.content())) {
      ctx.fireChannelRead(message);
      return;
    }
    if (budget.spend()) {
      var at = packet.content().readerIndex() + 1;
      var hint = ResetHint.about(packet.content(), at, ctx.alloc());
      ctx.writeAndFlush(new DatagramPacket(hint, packet.sender()), ctx.voidPromise());
    }
    packet.release();
  }

  private boolean isForgotten(ByteBuf packet) {
    var at = packet.readerIndex();
    return packet.readableBytes() > ResetHint.BYTES
        && (packet.getByte(at) & LONG_HEADER) == 0
        && !ids.isOurs(packet, at + 1);
  }
}
