package dev.meshkit.store;

import dev.meshkit.api.Bytes;
import java.util.random.RandomGenerator;

/**
 * What a file goes by: the numbers of its messages and the tokens of its tasks are unique within
 * it. Read by any thread; changed by the writer's.
 */
final class StoreIdentity {
  private static final String SET = "UPDATE meta SET t = ? WHERE k = 'store_uuid'";
  private static final String FROM =
      "INSERT OR REPLACE INTO meta (k, t) SELECT 'renewed_from', t FROM meta WHERE k = 'store_uuid'";
  private static final int LENGTH = 16;

  private volatile Bytes now;

  StoreIdentity(Bytes now) {
    this.now = now;
  }

  /** One that no other file has. */
  static Bytes random(RandomGenerator chance) {
    var random = new byte[LENGTH];
    chance.nextBytes(random);
    return Bytes.of(random);
  }

  Bytes now() {
    return now;
  }

  /** It goes by another once this transaction is durable. */
  void renew(StoreTx tx, RandomGenerator chance) {
    var next = random(chance);
    tx.update(FROM);
    tx.update(SET, next.hex());
    tx.afterCommit(() -> now = next);
  }
}
