package dev.meshkit.grpc;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;

/**
 * A connection's streams whose half we have reset. They are not closed at once: Netty ends each
 * stream that it closes with FIN, be it reset or not, and where that overtakes the RESET_STREAM the
 * peer takes a request that was given up for a complete one. So a stream stays for 4 s without its
 * handlers, after which the reset has been acknowledged, or the connection is lost; and is then
 * closed, unless Netty keeps it until the connection ends in any case, since the peer's half is
 * open ({@link OpenStreams#abandon} counts those). What it had not sent until then counts as
 * unsent.
 *
 * <p>Confined to the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a stream that fails to close is gone
final class Departures {
  private static final int STAY = 4 * Ticks.A_SECOND; // longer than a silent path lives

  private final ArrayDeque<Departed> departed = new ArrayDeque<>();
  private long tick;

  private record Departed(QuicStreamChannel stream, long due) {}

  /** A stream that was reset just now, and is worth to be closed. */
  void add(QuicStreamChannel stream) {
    departed.add(new Departed(stream, tick + STAY));
  }

  /** Another 250 ms have passed. */
  void tick() {
    tick++;
    for (var first = departed.peek(); first != null && first.due <= tick; first = departed.peek()) {
      departed.remove().stream.close();
    }
  }

  /** The connection has closed, and its streams with it. */
  void clear() {
    departed.clear();
  }

  /** Without its handlers a stream holds nothing of its call. */
  static void strip(QuicStreamChannel stream) {
    var pipeline = stream.pipeline();
    pipeline.addLast(Silent.INSTANCE);
    while (pipeline.first() != Silent.INSTANCE) pipeline.removeFirst();
  }

  /** Nobody is interested in what comes, or fails. */
  @Sharable
  private static final class Silent extends ChannelInboundHandlerAdapter {
    static final Silent INSTANCE = new Silent();

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ReferenceCountUtil.release(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      ReferenceCountUtil.release(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {}
  }
}
