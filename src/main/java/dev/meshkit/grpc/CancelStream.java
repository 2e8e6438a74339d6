package dev.meshkit.grpc;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Tells the server which calls we have cancelled, by stream id, on a unidirectional stream of a
 * type of our own: STOP_SENDING for an idle stream is invisible there (netty/netty#17380). Servers
 * that do not know the type must ignore it (RFC 9114 §9).
 *
 * <pre>
 *   0x4D4B43, varint | stream id, varint | stream id, varint | …
 * </pre>
 *
 * <p>Opened with the connection, so that a server that knows it need not probe. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a server that refuses the stream probes instead
final class CancelStream {
  /** The type of the stream: "MKC". */
  static final long TYPE = 0x4D4B43;

  private @Nullable QuicStreamChannel stream;

  /** Opens it, if the server permits one more stream of this kind. */
  void open(QuicChannel channel) {
    if (channel.peerAllowedStreams(QuicStreamType.UNIDIRECTIONAL) < 1) return;
    channel.createStream(QuicStreamType.UNIDIRECTIONAL, ignoring()).addListener(this::opened);
  }

  private static ChannelHandler ignoring() {
    return new ChannelInboundHandlerAdapter(); // nothing is ever received
  }

  private void opened(Future<? super QuicStreamChannel> result) {
    if (result.isSuccess() && result.getNow() instanceof QuicStreamChannel opened) {
      stream = opened;
      write(TYPE);
    }
  }

  /** Tells that nobody waits for the answer on this stream any more. */
  void cancelled(long streamId) {
    write(streamId);
  }

  private void write(long number) {
    if (stream == null || !stream.isActive()) return;
    var bytes = stream.alloc().directBuffer(Varint.MAX_BYTES);
    Varint.write(bytes, number);
    stream.writeAndFlush(bytes);
  }
}
