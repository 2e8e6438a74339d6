package dev.meshkit.api;

import java.util.Arrays;

/**
 * The stable name of one piece of work: the same through retries, crashes and redrives.
 *
 * <p>Pass it on to whatever the work calls, so that the far side can drop what it has already done.
 *
 * @param value 16 bytes
 */
public record Token(Bytes value) {
  /** Checks the size. */
  public Token {
    if (value.size() != 16)
      throw new IllegalArgumentException("a token has 16 bytes, not " + value.size());
  }

  /**
   * The name of what an application calls {@code work}, {@code "order 17"}: the first 16 bytes of
   * the SHA-256 of its UTF-8, so that every node that means the same has the same token.
   */
  public static Token of(String work) {
    return new Token(Bytes.of(Arrays.copyOf(Bytes.utf8(work).sha256().toArray(), 16)));
  }

  @Override
  public String toString() {
    return value.hex();
  }
}
