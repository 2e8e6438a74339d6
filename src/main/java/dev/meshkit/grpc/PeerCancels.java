package dev.meshkit.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * What a client tells on its {@link CancelStream}. That may overtake the request it speaks of, so
 * ids of no open stream are kept, 1,024 of them. Each stream is told of once, be it before it comes
 * or after it has ended; who tells more cancels nothing, and floods us. Event loop only.
 */
final class PeerCancels {
  /** The most ids that are kept; the oldest goes first. */
  static final int MOST_KEPT = 1_024;

  private final OpenStreams streams;
  private final Guard guard;
  private final LinkedHashSet<Long> early = new LinkedHashSet<>();
  private boolean told;

  PeerCancels(OpenStreams streams, Guard guard) {
    this.streams = streams;
    this.guard = guard;
  }

  /** Whether the client tells what it cancels, so that nobody need ask. */
  boolean areTold() {
    return told;
  }

  /** The handler of the stream on which the client tells. */
  ChannelHandler reader() {
    told = true;
    return new Reader();
  }

  private final class Reader extends ByteToMessageDecoder {
    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      while (Varint.isWhole(in)) cancelled(Varint.read(in));
    }
  }

  /** The client has cancelled the call on this stream. */
  void cancelled(long streamId) {
    var stream = streams.get(streamId);
    if (stream != null && !stream.isOver()) {
      stream.cancelledByPeer();
      return;
    }
    guard.strayCancel();
    if (stream == null && early.add(streamId) && early.size() > MOST_KEPT) early.removeFirst();
  }

  /** Whether the call on this stream, which is new, was cancelled already. */
  boolean take(long streamId) {
    guard.strayPaid();
    return early.remove(streamId);
  }
}
