package dev.meshkit.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.handler.codec.quic.DefaultQuicStreamFrame;
import io.netty.handler.codec.quic.QuicStreamFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The handler next to the wire: gathers HEADERS, DATA, trailers and FIN of one burst into one
 * write, since every write outside a read turn is its own packet and system call; and sees FIN
 * together with the bytes before it, which the codec behind it would tell apart.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write reaches the listener of its burst
final class StreamHead extends ChannelDuplexHandler {
  private static final int COPY_BYTES = 2 << 10; // larger parts are passed on uncopied
  private static final int PACK_BYTES = 16 << 10;

  /** Told when a burst has been taken by QUIC, or was refused. */
  interface Sent {
    /** {@code messageBytes} of the burst were messages; {@code last} if FIN went with it. */
    void sent(boolean last, long messageBytes, ChannelFuture write);

    /** The peer wants nothing of this stream any more. */
    void stopped();
  }

  private final List<ByteBuf> parts = new ArrayList<>();
  private final List<ChannelPromise> promises = new ArrayList<>();
  private @Nullable ChannelHandlerContext context;
  private long messageBytes;
  private boolean gathering;
  private boolean finSeen;

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  /** Holds back what is written until {@link #release}. */
  void gather() {
    gathering = true;
  }

  /** Adds a framed message to the burst. */
  void add(ByteBuf frame) {
    messageBytes += frame.readableBytes();
    parts.add(frame);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (gathering && message instanceof ByteBuf bytes) {
      parts.add(bytes);
      promises.add(promise);
    } else {
      ctx.write(message, promise);
    }
  }

  /** Writes the burst, with FIN if it is the {@code last}. */
  void release(boolean last, Sent sent) {
    gathering = false;
    if (parts.isEmpty() && !last) return;
    var bytes = messageBytes;
    messageBytes = 0;
    var waiting = List.copyOf(promises);
    promises.clear();
    var burst = writePacked(last);
    burst.addListener(
        (ChannelFuture write) -> {
          waiting.forEach(promise -> settle(promise, write));
          sent.sent(last, bytes, write);
        });
    if (isStopped(burst)) sent.stopped();
  }

  /**
   * A stream that was stopped, and whose reset the peer has acknowledged, is forgotten by QUIC;
   * Netty then queues our write for ever, and only shows that there was room for it. A write that
   * waits for flow control leaves no room.
   */
  private boolean isStopped(ChannelFuture burst) {
    return burst.cause() instanceof ChannelOutputShutdownException
        || (!burst.isDone() && context().channel().bytesBeforeUnwritable() > 0);
  }

  private ChannelFuture writePacked(boolean last) {
    var packed = pack();
    for (var i = 0; i < packed.size() - 1; i++) context().write(packed.get(i));
    var tail = packed.isEmpty() ? Unpooled.EMPTY_BUFFER : packed.getLast();
    return context().write(last ? new DefaultQuicStreamFrame(tail, true) : tail);
  }

  /** Every buffer is one piece: Netty swallows QUIC's error when it writes a composite one. */
  private List<ByteBuf> pack() {
    if (parts.isEmpty() || (parts.size() == 1 && parts.getFirst().nioBufferCount() == 1)) {
      var same = List.copyOf(parts);
      parts.clear();
      return same;
    }
    var packed = new ArrayList<ByteBuf>();
    ByteBuf open = null;
    for (var part : parts) {
      var size = part.readableBytes();
      if (size > COPY_BYTES && part.nioBufferCount() == 1) {
        packed.add(part);
        open = null;
        continue;
      }
      if (open == null || open.writableBytes() < size) {
        open = context().alloc().directBuffer(Math.max(PACK_BYTES, size));
        packed.add(open);
      }
      open.writeBytes(part);
      part.release();
    }
    parts.clear();
    return packed;
  }

  private static void settle(ChannelPromise promise, ChannelFuture write) {
    if (write.isSuccess()) {
      promise.trySuccess();
    } else {
      promise.tryFailure(write.cause());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof QuicStreamFrame frame && frame.hasFin()) finSeen = true;
    ctx.fireChannelRead(message);
  }

  /** Whether everything the peer will ever send has been read. */
  boolean finSeen() {
    return finSeen;
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(context);
  }
}
