package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Token;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * The stable names of a store's tasks: the first 16 bytes of SHA-256(store_uuid ‖ seq). Fixed by
 * the format. Confined to one thread: to look for the algorithm anew costs more than to run it.
 * When the store has another identity, its tasks have other names.
 */
final class Tokens {
  private static final int LENGTH = 16;

  private final MessageDigest sha;
  private final Supplier<Bytes> store;
  private Bytes known = Bytes.EMPTY; // the store's identity
  private ByteBuffer text = ByteBuffer.allocate(0); // the same, and room for a number

  /** Those of a store of that identity. */
  Tokens(Supplier<Bytes> store) {
    this.store = store;
    try {
      this.sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }

  /** The one of a task. */
  Token of(long seq) {
    var now = store.get();
    if (!now.equals(known)) {
      known = now;
      text = ByteBuffer.allocate(now.size() + Long.BYTES).put(now.asBuffer());
    }
    text.putLong(now.size(), seq);
    return new Token(Bytes.of(Arrays.copyOf(sha.digest(text.array()), LENGTH)));
  }
}
