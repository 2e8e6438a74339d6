package dev.meshkit.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks after one HTTP/2 connection that was accepted, once a turn: asks a silent peer for a sign
 * of life, and cuts the connection without one. Stands next to the socket, where each piece that
 * comes is a sign of life, also of a record or a frame that is not whole yet. Runs on the
 * connection's event loop.
 */
final class TcpWatch extends ChannelInboundHandlerAdapter {
  /** What grpc-netty asks with, so that it knows the answer; it logs every other. */
  static final long QUESTION = 0xDEAD;

  private final TcpPulse pulse = new TcpPulse();
  private final Supplier<Duration> roundTrip;
  private final Runnable lost;
  private @Nullable Future<?> turns;

  /**
   * Of a connection whose handshake is over.
   *
   * @param roundTrip of its path, zero while nobody knows
   * @param lost runs before it is cut, and its calls end
   */
  TcpWatch(Supplier<Duration> roundTrip, Runnable lost) {
    this.roundTrip = roundTrip;
    this.lost = lost;
  }

  /** With a delay between two turns: a process that was stopped makes up for none of them. */
  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    var turn = TcpPulse.TURN.toMillis();
    turns =
        context
            .channel()
            .eventLoop()
            .scheduleWithFixedDelay(() -> turn(context), turn, turn, TimeUnit.MILLISECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (turns != null) turns.cancel(false);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    pulse.heard();
    context.fireChannelRead(bytes);
  }

  private void turn(ChannelHandlerContext context) {
    var http2 = context.pipeline().context(Http2ConnectionHandler.class);
    if (http2 == null || !(http2.handler() instanceof Http2ConnectionHandler handler)) return;
    var busy = handler.connection().numActiveStreams() > 0;
    switch (pulse.turn(busy, roundTrip.get())) {
      case NOTHING -> {}
      case ASK -> {
        var _ = handler.encoder().writePing(http2, false, QUESTION, http2.newPromise());
        http2.flush();
      }
      case LOST -> {
        lost.run();
        var _ = context.close(); // past HTTP/2, which would wait for the peer to end its calls
      }
    }
  }
}
