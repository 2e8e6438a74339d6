package dev.meshkit.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Takes a fuzzer's bytes apart, front to back; what is not there reads as 0 or empty. */
public final class Input {
  private final byte[] bytes;
  private int at;

  /** Reads {@code bytes}. */
  public Input(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /** The next byte, 0–255. */
  public int octet() {
    return at < bytes.length ? bytes[at++] & 0xFF : 0;
  }

  /** The next eight bytes, big-endian. */
  public long number() {
    var value = 0L;
    for (var i = 0; i < 8; i++) value = value << 8 | octet();
    return value;
  }

  /** The next bytes, as many as the byte before them says. */
  public byte[] some() {
    return take(octet());
  }

  /** All that is left. */
  public byte[] rest() {
    return take(bytes.length - at);
  }

  /** The next bytes, as many as the byte before them says, as HTTP reads them. */
  public String latin() {
    return new String(some(), StandardCharsets.ISO_8859_1);
  }

  /** Whether anything is left. */
  public boolean hasMore() {
    return at < bytes.length;
  }

  private byte[] take(int length) {
    var end = Math.min(bytes.length, at + length);
    var taken = Arrays.copyOfRange(bytes, at, end);
    at = end;
    return taken;
  }
}
