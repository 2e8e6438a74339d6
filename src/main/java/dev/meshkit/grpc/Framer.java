package dev.meshkit.grpc;

import io.grpc.Compressor;
import io.grpc.KnownLength;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;

/**
 * One message as one HTTP/3 DATA frame, serialized straight into one direct buffer.
 *
 * <pre>
 *   0x00 | length, 4-byte varint | compressed? | message length, u32 | message
 * </pre>
 *
 * <p>The length takes 4 bytes even where 1 would do (RFC 9000 §16 allows it), so that it can be
 * filled in after the message was written.
 */
final class Framer {
  /** What precedes the payload of a message: DATA frame header and gRPC prefix. */
  static final int HEADER_BYTES = 10;

  /** The largest message this framing can carry. */
  static final int MAX_MESSAGE_BYTES = (1 << 30) - 1 - 5;

  private static final int SMALL_BYTES = 1 << 10;
  private static final int UNKNOWN_BYTES = 246; // with the header, a size that is pooled
  private static final int VARINT_4 = 0x8000_0000;

  private Framer() {}

  /** Frames a message; compressed unless {@code compressor} is identity. */
  static ByteBuf frame(InputStream message, Compressor compressor, ByteBufAllocator alloc) {
    var identity = compressor.getMessageEncoding().equals("identity");
    ByteBuf out = null;
    try (message) {
      out = room(message, identity, alloc).writeZero(HEADER_BYTES);
      copy(message, compressor, identity, out);
      seal(out, identity);
      return out;
    } catch (StatusRuntimeException said) {
      if (out != null) out.release();
      throw said; // as grpc-java: who serializes may say better than we what is wrong
    } catch (IOException | RuntimeException failure) {
      if (out != null) out.release();
      throw Status.INTERNAL
          .withDescription("the message cannot be serialized")
          .withCause(failure)
          .asRuntimeException();
    } catch (Error failure) {
      if (out != null) out.release();
      throw failure;
    }
  }

  /** A small message is copied into its burst anyway: it begins on the heap, which is cheaper. */
  private static ByteBuf room(InputStream message, boolean identity, ByteBufAllocator alloc)
      throws IOException {
    var known = message instanceof KnownLength length ? length.available() : -1;
    if (identity && known > MAX_MESSAGE_BYTES) throw tooLarge(known);
    if (identity && known >= 0 && known <= SMALL_BYTES) {
      return Unpooled.wrappedBuffer(new byte[HEADER_BYTES + known]).clear();
    }
    return alloc.directBuffer(HEADER_BYTES + (known < 0 ? UNKNOWN_BYTES : known));
  }

  private static void copy(
      InputStream message, Compressor compressor, boolean identity, ByteBuf out)
      throws IOException {
    try (var raw = new ByteBufOutputStream(out);
        var sink = identity ? raw : compressor.compress(raw)) {
      if (message instanceof io.grpc.Drainable drainable) {
        drainable.drainTo(sink);
      } else {
        message.transferTo(sink);
      }
    }
  }

  private static void seal(ByteBuf out, boolean identity) {
    var length = out.readableBytes() - HEADER_BYTES;
    if (length > MAX_MESSAGE_BYTES) throw tooLarge(length);
    out.setByte(0, 0);
    out.setInt(1, VARINT_4 | (length + 5));
    out.setByte(5, identity ? 0 : 1);
    out.setInt(6, length);
  }

  private static StatusRuntimeException tooLarge(int bytes) {
    return Status.RESOURCE_EXHAUSTED
        .withDescription("a message of " + bytes + " bytes cannot be framed")
        .asRuntimeException();
  }
}
