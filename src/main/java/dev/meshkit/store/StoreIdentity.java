package dev.meshkit.store;

import dev.meshkit.api.Bytes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * What a file goes by: the numbers of its messages and the tokens of its tasks are unique within
 * it. Read by any thread; changed by the writer's.
 */
final class StoreIdentity {
  private static final String SET = "UPDATE meta SET t = ? WHERE k = 'store_uuid'";
  private static final String FROM =
      "INSERT OR REPLACE INTO meta (k, t) SELECT 'renewed_from', t FROM meta WHERE k = 'store_uuid'";
  private static final String GET = "SELECT t FROM meta WHERE k = 'store_uuid'";
  private static final int LENGTH = 16;

  private volatile Bytes now;
  private volatile List<Bytes> former;

  /** What a file goes by, as its facts say, and what it went by before. */
  StoreIdentity(Map<String, String> meta) {
    this.now = Bytes.hex(meta.getOrDefault("store_uuid", ""));
    this.former =
        Stream.of("renewed_from", "restored_from")
            .flatMap(fact -> Optional.ofNullable(meta.get(fact)).stream())
            .map(Bytes::hex)
            .distinct()
            .toList();
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

  /** What the file went by before it was renewed, or restored; those that are known. */
  List<Bytes> former() {
    return former;
  }

  /** What it goes by as this transaction leaves it, and is to go by once that is durable. */
  static Bytes in(StoreTx tx) {
    return tx.first(GET, row -> Bytes.hex(row.getString(1))).orElseThrow();
  }

  /** It goes by another once this transaction is durable. */
  void renew(StoreTx tx, RandomGenerator chance) {
    var next = random(chance);
    tx.update(FROM);
    tx.update(SET, next.hex());
    var before = now;
    tx.afterCommit(
        () -> {
          now = next;
          former = List.of(before);
        });
  }
}
