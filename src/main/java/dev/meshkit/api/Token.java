package dev.meshkit.api;

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

  @Override
  public String toString() {
    return value.hex();
  }
}
