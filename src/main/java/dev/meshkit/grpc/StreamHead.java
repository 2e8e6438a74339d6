package dev.meshkit.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.handler.codec.http3.Http3RequestStreamInitializer;
import io.netty.handler.codec.quic.DefaultQuicStreamFrame;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamFrame;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The handler next to the wire: gathers HEADERS, DATA, trailers and FIN of one burst into one
 * write, since each write is a STREAM frame of its own and QUIC ends a packet after one; and sees
 * FIN together with the bytes before it, which the codec behind it would tell apart.
 *
 * <p>Confined to the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write shows on the last one of its burst
final class StreamHead extends ChannelInboundHandlerAdapter {
  private static final int COPY_BYTES = 2 << 10; // larger parts are passed on uncopied
  private static final int PIECE_BYTES = 256 << 10; // of what is larger, so that progress shows
  private static final int BURST_BYTES = 512; // what a usual burst takes; grows

  /** Told when a burst has been taken by QUIC, or was refused. */
  interface Sent {
    /** {@code messageBytes} of the burst were messages; {@code last} if FIN went with it. */
    void sent(boolean last, long messageBytes, ChannelFuture write);

    /** The peer wants nothing of this stream any more. */
    void stopped();
  }

  private @Nullable ChannelHandlerContext context;
  private @Nullable ByteBuf open; // may be appended to
  private @Nullable ByteBuf closed; // precedes it, and is whole
  private final FrameBounds bounds = new FrameBounds();
  private final Backlog backlog;
  private final Connection connection;
  private final CallStream stream;
  private long messageBytes;
  private boolean decoding; // Netty's handlers are in the pipeline
  private boolean finSeen;

  /** That of a call's stream on a connection. */
  StreamHead(Connection connection, CallStream stream) {
    this.connection = connection;
    this.stream = stream;
    this.backlog = new Backlog(connection.budget());
  }

  /** What QUIC has not taken yet. */
  Backlog backlog() {
    return backlog;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    drop();
  }

  /** Forgets what is gathered: some of it is missing, so none of it is to be sent. */
  void drop() {
    if (open != null) open.release();
    if (closed != null) closed.release();
    open = null;
    closed = null;
    messageBytes = 0;
  }

  /** Adds a field section to the burst. */
  void add(FieldSection section) {
    connection.guard().answering();
    section.writeTo(room(section.frameBytes()));
  }

  /** Adds a framed message to the burst, and owns it. */
  void add(ByteBuf frame) {
    connection.guard().answering();
    messageBytes += frame.readableBytes();
    append(frame);
  }

  /** Adds an empty frame of a type that everyone must ignore (RFC 9114 §7.2.8). */
  void addReserved() {
    room(3).writeShort(0x4000 | (int) QuicSettings.RESERVED_FRAME).writeByte(0);
  }

  /**
   * Each written buffer is one direct piece: Netty swallows QUIC's error when it writes a composite
   * one, and copies those on the heap.
   */
  private void append(ByteBuf part) {
    if (part.readableBytes() > COPY_BYTES && part.isDirect() && part.nioBufferCount() == 1) {
      passInPieces(part);
    } else {
      try {
        room(part.readableBytes()).writeBytes(part);
      } finally {
        part.release();
      }
    }
  }

  private void passInPieces(ByteBuf whole) {
    try {
      while (whole.readableBytes() > PIECE_BYTES) pass(whole.readRetainedSlice(PIECE_BYTES));
    } catch (RuntimeException | Error failure) {
      whole.release();
      throw failure;
    }
    pass(whole);
  }

  /** Owns it, whatever becomes of what is before it. */
  private void pass(ByteBuf part) {
    try {
      close();
    } catch (RuntimeException | Error failure) {
      part.release();
      throw failure;
    }
    open = part;
    close();
  }

  private ByteBuf room(int bytes) {
    var buffer = open;
    if (buffer == null) {
      buffer = context().alloc().directBuffer(Math.max(bytes, BURST_BYTES));
      open = buffer;
    }
    return buffer;
  }

  /** What is gathered so far is appended to no more. */
  private void close() {
    if (open == null) return;
    if (closed != null) write(closed, 0);
    closed = open;
    open = null;
  }

  /** Writes the burst, with FIN if it is the {@code last}. */
  void release(boolean last, Sent sent) {
    close();
    if (closed == null && !last) return;
    var tail = closed == null ? Unpooled.EMPTY_BUFFER : closed;
    closed = null;
    var bytes = messageBytes;
    messageBytes = 0;
    var write = write(last ? new DefaultQuicStreamFrame(tail, true) : tail, bytes);
    if (write.isDone()) {
      sent.sent(last, bytes, write);
    } else {
      write.addListener((ChannelFuture done) -> sent.sent(last, bytes, done));
    }
    if (isStopped(write)) sent.stopped();
  }

  private ChannelFuture write(Object part, long bytes) {
    var write = context().write(part);
    if (write.isDone()) return write;
    backlog.add(bytes);
    return write.addListener(_ -> backlog.remove(bytes));
  }

  /**
   * A stream that was stopped, and whose reset the peer has acknowledged, is forgotten by QUIC;
   * Netty then queues our write for ever, and only shows that there was room for it. A write that
   * waits for flow control leaves no room.
   */
  private boolean isStopped(ChannelFuture write) {
    return write.cause() instanceof ChannelOutputShutdownException
        || (!write.isDone() && context().channel().bytesBeforeUnwritable() > 0);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof QuicStreamFrame frame)) {
      ctx.fireChannelRead(message);
      return;
    }
    if (frame.hasFin()) finSeen = true;
    if (!decoding && isPlain(ctx, frame)) {
      frame.release();
      return;
    }
    if (!decoding) decode(ctx);
    bounds.read(frame.content());
    ctx.fireChannelRead(frame);
  }

  private boolean isPlain(ChannelHandlerContext ctx, QuicStreamFrame frame) {
    return frame.hasFin() && PlainMessage.pass(frame.content(), stream.isServed(), ctx);
  }

  /** Has Netty read the stream from here on: its handlers go between this one and the tail. */
  private void decode(ChannelHandlerContext ctx) {
    decoding = true;
    ctx.pipeline().removeLast();
    ctx.pipeline()
        .addLast(
            new Http3RequestStreamInitializer() {
              @Override
              protected void initRequestStream(QuicStreamChannel channel) {
                channel.pipeline().addLast(new StreamTail(connection, stream));
              }
            });
  }

  /** Whether the last frame was whole. */
  boolean endsWithAFrame() {
    return bounds.atFrameEnd();
  }

  /** Whether everything the peer will ever send has been read. */
  boolean finSeen() {
    return finSeen;
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(context);
  }
}
