package dev.meshkit.grpc;

import io.grpc.Codec;
import io.grpc.Decompressor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Bytes to messages, however they were split over DATA frames.
 *
 * <p>Invariant: a message's declared length is checked before a byte of it is kept, and inflating
 * stops at the same limit. Confined to the lane of its call. Owns the buffers it is given.
 */
final class Deframer implements AutoCloseable {
  private static final int PREFIX_BYTES = 5;
  private static final int FEW = 8;

  private final int maxMessageBytes;
  private final Pieces pieces = new Pieces();
  private int readable;
  private int declared = -1; // length of the message being read; -1 = its prefix is not read yet
  private int lastWireBytes;
  private boolean compressed;
  private Decompressor decompressor = Codec.Identity.NONE;

  /** A deframer of identity-encoded messages of at most {@code maxMessageBytes}. */
  Deframer(int maxMessageBytes) {
    this.maxMessageBytes = maxMessageBytes;
  }

  /** The encoding of messages that say they are compressed. */
  void decompressor(Decompressor value) {
    decompressor = value;
  }

  /** Takes over the next bytes. */
  void add(ByteBuf bytes) {
    readable += bytes.readableBytes();
    pieces.add(Pieces.tight(bytes, pieces.count() >= FEW));
  }

  /**
   * Whether a whole message is there.
   *
   * @throws StatusException if the peer broke the framing or the limit
   */
  boolean hasNext() throws StatusException {
    if (declared < 0 && readable >= PREFIX_BYTES) readPrefix();
    return declared >= 0 && readable >= declared;
  }

  /**
   * The next message, inflated. Only after {@link #hasNext} said true; must be read before the next
   * call.
   */
  InputStream next() throws StatusException {
    var message = new byte[declared];
    readable -= declared;
    lastWireBytes = declared;
    pieces.read(message);
    declared = -1;
    return compressed ? inflated(message) : new MessageInput(message);
  }

  /** How long the last message was before it was inflated. */
  int lastWireBytes() {
    return lastWireBytes;
  }

  /** Whether bytes of an unfinished message are left. */
  boolean midMessage() {
    return readable > 0 || declared >= 0;
  }

  private void readPrefix() throws StatusException {
    var prefix = new byte[PREFIX_BYTES];
    readable -= PREFIX_BYTES;
    pieces.read(prefix);
    if (prefix[0] != 0 && prefix[0] != 1) throw broken("the compressed flag is " + prefix[0]);
    compressed = prefix[0] == 1;
    if (compressed && decompressor.getMessageEncoding().equals("identity")) {
      throw broken("a compressed message without grpc-encoding");
    }
    var length = Integer.toUnsignedLong(ByteBuffer.wrap(prefix).getInt(1));
    if (length > maxMessageBytes) throw tooLarge(length + " bytes");
    declared = (int) length;
  }

  private InputStream inflated(byte[] message) throws StatusException {
    try (var in = decompressor.decompress(new MessageInput(message))) {
      var bytes = in.readNBytes(maxMessageBytes);
      if (in.read() >= 0) throw tooLarge("more when inflated");
      return new MessageInput(bytes);
    } catch (IOException corrupt) {
      throw Status.INTERNAL
          .withDescription("a message cannot be inflated")
          .withCause(corrupt)
          .asException();
    }
  }

  private StatusException tooLarge(String what) {
    return Status.RESOURCE_EXHAUSTED
        .withDescription("message exceeds the limit of " + maxMessageBytes + " bytes: " + what)
        .asException();
  }

  private static StatusException broken(String how) {
    return Status.INTERNAL.withDescription("broken gRPC framing: " + how).asException();
  }

  @Override
  public void close() {
    pieces.close();
    readable = 0;
    declared = -1;
  }
}
