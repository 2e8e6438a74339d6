package dev.meshkit.grpc;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Received bytes in their order, as they came, except that small neighbours are gathered: a peer
 * may cut a message into DATA frames of one byte (RFC 9114 §4.1), and a buffer for each would cost
 * a hundred times what it holds.
 *
 * <p>Invariant: of two neighbours at least one holds more than {@link #SMALL_BYTES}, or the latter
 * was begun because the former was full. What is gathered takes at most twice its bytes, or 64.
 * Owns what it is given. Confined to its owner's thread.
 */
final class Pieces implements AutoCloseable {
  private static final int SMALL_BYTES = 512;
  private static final int GATHERED_BYTES = 4 << 10; // at most; begun with few
  private static final int LEAST_BYTES = 64;
  private static final int FRESH_BYTES = 2 << 10; // what Netty reads into first

  private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>();
  private boolean gathering; // the last one is ours, to append to

  /**
   * The bytes, or a copy of them if it takes too much to keep them as they are: a slice of all that
   * was read with them, which may be 64 KiB. More than four times their length is too much, or more
   * than a first read; where {@code many} are kept already, more than twice their length.
   */
  static ByteBuf tight(ByteBuf bytes, boolean many) {
    var whole = bytes;
    for (var of = bytes.unwrap(); of != null; of = of.unwrap()) whole = of;
    var length = bytes.readableBytes();
    var fair = many ? Math.max(SMALL_BYTES, 2 * length) : Math.max(FRESH_BYTES, 4 * length);
    if (whole.capacity() <= fair) return bytes;
    var copy = bytes.alloc().buffer(length, length).writeBytes(bytes);
    bytes.release();
    return copy;
  }

  /** Takes over the next bytes. */
  void add(ByteBuf bytes) {
    if (!bytes.isReadable()) {
      bytes.release();
    } else if (isSmall(bytes) && continues()) {
      gather(bytes);
    } else {
      append(bytes);
    }
  }

  private static boolean isSmall(ByteBuf bytes) {
    return bytes.readableBytes() <= SMALL_BYTES;
  }

  /** Whether the last one is small, or gathers what is small. */
  private boolean continues() {
    var last = queue.peekLast();
    return last != null && (gathering || isSmall(last));
  }

  private void gather(ByteBuf bytes) {
    if (!gathering) {
      var small = queue.removeLast();
      begin(small).writeBytes(small);
      small.release();
    }
    var last = queue.getLast();
    if (last.maxWritableBytes() < bytes.readableBytes()) last = begin(bytes);
    last.writeBytes(bytes);
    bytes.release();
  }

  private ByteBuf begin(ByteBuf like) {
    var begun = like.alloc().buffer(LEAST_BYTES, GATHERED_BYTES);
    append(begun);
    gathering = true;
    return begun;
  }

  private void append(ByteBuf bytes) {
    gathering = false;
    queue.add(bytes);
  }

  /** How many buffers there are. */
  int count() {
    return queue.size();
  }

  /** Fills {@code into} with the first bytes, of which there must be as many. */
  void read(byte[] into) {
    for (var at = 0; at < into.length; ) {
      var first = queue.element();
      var n = Math.min(first.readableBytes(), into.length - at);
      first.readBytes(into, at, n);
      at += n;
      if (!first.isReadable()) poll().release();
    }
  }

  private ByteBuf poll() {
    var first = queue.remove();
    if (queue.isEmpty()) gathering = false;
    return first;
  }

  /** Hands all of them over. */
  void handTo(Consumer<ByteBuf> owner) {
    while (!queue.isEmpty()) owner.accept(poll());
  }

  @Override
  public void close() {
    handTo(ByteBuf::release);
  }
}
