package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Token;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The stable names of a store's tasks: the first 16 bytes of SHA-256(store_uuid ‖ seq). Fixed by
 * the format. Confined to one thread: to look for the algorithm anew costs more than to run it.
 */
final class Tokens {
  private static final int LENGTH = 16;

  private final MessageDigest sha;
  private final ByteBuffer text; // the store's identity, and room for a number
  private final int at;

  /** Those of a store. */
  Tokens(Bytes store) {
    this.at = store.size();
    this.text = ByteBuffer.allocate(at + Long.BYTES).put(store.asBuffer());
    try {
      this.sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }

  /** The one of a task. */
  Token of(long seq) {
    text.putLong(at, seq);
    return new Token(Bytes.of(Arrays.copyOf(sha.digest(text.array()), LENGTH)));
  }
}
