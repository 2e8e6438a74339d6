package dev.meshkit.grpc;

import io.netty.channel.Channel;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The channel of a stream and its two halves: which of them is complete, and how what is still open
 * ends. Confined to the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed close shows as a lost stream
final class Halves {
  /** What is wrong with a stream that ends inside a frame. */
  static final String CUT_OFF = "stream ended inside a frame";

  /** How long a stream lives that is reset rapidly (CVE-2023-44487). */
  private static final long AT_ONCE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final boolean server;
  private @Nullable QuicStreamChannel channel;
  private @Nullable Connection connection;
  private @Nullable StreamHead head;
  private boolean sent;
  private boolean read;
  private boolean givenUp;
  private long sinceNanos;
  private boolean left;
  private @Nullable Leftover leftover;

  /** Those of a stream that has no channel yet. */
  Halves(boolean server) {
    this.server = server;
  }

  void attach(Connection on, QuicStreamChannel stream, CallStream call) {
    connection = on;
    sinceNanos = on.turn().nanos();
    channel = stream;
    head = new StreamHead(on, call);
    stream.pipeline().addFirst(head);
  }

  /** There is no channel any more; another may follow. */
  void detach() {
    channel = null;
    sent = false;
    read = false;
    left = false;
  }

  boolean isAttached() {
    return channel != null;
  }

  boolean isOn(Channel any) {
    return any.equals(channel);
  }

  QuicStreamChannel channel() {
    return Objects.requireNonNull(channel);
  }

  Connection connection() {
    return Objects.requireNonNull(connection);
  }

  /** The handler that writes. */
  StreamHead head() {
    return Objects.requireNonNull(head);
  }

  /** Whether we have sent our half, or need not. */
  boolean isSent() {
    return sent;
  }

  /** Whether the peer's half is read to its end, or ended otherwise. */
  boolean isRead() {
    return read;
  }

  void sent() {
    sent = true;
  }

  /** Its end has not left after all. */
  void unsent() {
    sent = false;
  }

  void read() {
    read = true;
  }

  /**
   * The peer gives the stream up: counted once, though it be told by reset and by cancel stream,
   * and wholly only if it did so at once. A client whose deadlines pass resets as many streams and
   * is no flood: each has taken one of its 256 for a while.
   */
  void givenUp() {
    if (givenUp) return;
    givenUp = true;
    var livedNanos = connection().turn().nanos() - sinceNanos;
    if (livedNanos < AT_ONCE_NANOS) connection().guard().streamReset();
    else connection().guard().lateReset();
  }

  /** Ends whatever half is still open, in a way that the peer understands, and frees the stream. */
  void leave(Http3ErrorCode code) {
    var stream = channel();
    if (left || !stream.isActive()) return;
    left = true;
    var backlog = head().backlog();
    var complete = sent && !backlog.isWaiting();
    if (!complete) stream.shutdownOutput(code.code());
    if (!read) stream.shutdownInput(code.code());
    connection().streams().abandon(server && !read ? Lifetime.STUCK : 1);
    if (complete) stream.close();
    else connection().departed(stream, read || backlog.isWaiting());
  }

  /**
   * The same with a call that has come to nothing. A client tells it beside the stream, too: a
   * reset may never arrive (LossyPathTest), and STOP_SENDING shows only to who writes.
   */
  void giveUp(Http3ErrorCode code) {
    leave(code);
    if (!server && !read) connection().cancels().cancelled(channel().streamId());
  }

  /** Reads and drops what still comes: a stream whose end is not read stays in QUIC's books. */
  void skipRest() {
    if (read) return;
    leftover = new Leftover();
    channel().read();
  }

  /** Whether what comes is dropped. */
  boolean isSkipping() {
    return leftover != null;
  }

  void skipped(int bytes) {
    if (leftover != null) leftover.read(bytes);
  }

  /** Every 250 ms. */
  void tick() {
    if (leftover == null) return;
    leftover.tick();
    skipOn();
  }

  /** Reads on, unless it is too much. */
  void skipOn() {
    if (leftover == null || read || !channel().isActive()) return;
    if (leftover.isTooMuch()) {
      leave(Http3ErrorCode.H3_NO_ERROR);
    } else {
      channel().read();
    }
  }

  /** A frame was cut off, which no peer does that is sound (RFC 9114 §7.1). */
  void cutOff() {
    connection()
        .close(Failures.ofProtocol(connection().remote(), Http3ErrorCode.H3_FRAME_ERROR, CUT_OFF));
  }
}
