package dev.meshkit.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.Checksum;

/**
 * Immutable bytes that compare by content. A value where an array would be shared by mistake.
 *
 * <p>Thread-safe. Ordered as unsigned bytes, a prefix before what it begins.
 */
public final class Bytes implements Comparable<Bytes> {
  /** No bytes at all. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /** A copy of the given bytes. */
  public static Bytes of(byte... content) {
    return content.length == 0 ? EMPTY : new Bytes(content.clone());
  }

  /** The remaining bytes of a buffer, copied; the buffer's position moves to its limit. */
  public static Bytes of(ByteBuffer buffer) {
    if (!buffer.hasRemaining()) return EMPTY;
    var copy = new byte[buffer.remaining()];
    buffer.get(copy);
    return new Bytes(copy);
  }

  /** The UTF-8 form of a text. */
  public static Bytes utf8(String text) {
    return text.isEmpty() ? EMPTY : new Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The bytes that a lower- or upper-case hexadecimal text names. */
  public static Bytes hex(String text) {
    return text.isEmpty() ? EMPTY : new Bytes(HexFormat.of().parseHex(text));
  }

  /** How many bytes there are. */
  public int size() {
    return content.length;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return content.length == 0;
  }

  /** The byte at {@code index}, 0 ≤ index &lt; size. */
  public byte at(int index) {
    return content[index];
  }

  /** A copy, for APIs that take arrays. */
  public byte[] toArray() {
    return content.clone();
  }

  /** A read-only view, without a copy. */
  public ByteBuffer asBuffer() {
    return ByteBuffer.wrap(content).asReadOnlyBuffer();
  }

  /** Goes on with a checksum over these bytes, without a copy. */
  public void into(Checksum sum) {
    sum.update(content, 0, content.length);
  }

  /** The bytes read as UTF-8; malformed parts become U+FFFD. */
  public String utf8() {
    return new String(content, StandardCharsets.UTF_8);
  }

  /** The SHA-256 digest of these bytes, 32 bytes. */
  public Bytes sha256() {
    try {
      return new Bytes(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java platform has SHA-256", absent);
    }
  }

  /** Lower-case hexadecimal. */
  public String hex() {
    return HexFormat.of().formatHex(content);
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(content, other.content);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(content, that.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  /** At most 16 bytes in hexadecimal and the size: bodies are never printed whole. */
  @Override
  public String toString() {
    var shown = HexFormat.of().formatHex(content, 0, Math.min(16, content.length));
    return content.length <= 16 ? shown : shown + "…(" + content.length + " B)";
  }
}
