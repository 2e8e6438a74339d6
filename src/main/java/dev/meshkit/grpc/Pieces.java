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
 * was begun because the former was full. Owns what it is given. Confined to its owner's thread.
 */
final class Pieces implements AutoCloseable {
  private static final int SMALL_BYTES = 512;
  private static final int GATHERED_BYTES = 4 << 10;

  private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>();
  private boolean gathering; // the last one is ours, to append to

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
    if (last.writableBytes() < bytes.readableBytes()) last = begin(bytes);
    last.writeBytes(bytes);
    bytes.release();
  }

  private ByteBuf begin(ByteBuf like) {
    var begun = like.alloc().buffer(GATHERED_BYTES, GATHERED_BYTES);
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
