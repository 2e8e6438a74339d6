package dev.meshkit.store;

import dev.meshkit.api.Token;
import java.time.Duration;

/**
 * Which work was done, by its token, within the last day of the queue clock. Each method runs in
 * the transaction it is given.
 *
 * <p>What is older goes with those that come: two for each, so that the table never holds more than
 * what a day brings, and no transaction pays for more than its own.
 */
final class Once {
  /** For how long it is known. */
  static final Duration WINDOW = Duration.ofHours(24);

  static final String ADD =
      """
      INSERT INTO once (token, exp) VALUES (?, ?)
      ON CONFLICT (token) DO UPDATE SET exp = excluded.exp WHERE once.exp <= ?""";
  static final String PRUNE =
      """
      DELETE FROM once WHERE token IN
        (SELECT token FROM once WHERE exp <= ? ORDER BY exp LIMIT 2)""";

  private Once() {}

  /** Whether it is the first of this token within the window; from now on it is not. */
  static boolean isFirst(StoreTx tx, Token token) {
    var now = tx.queueClock();
    tx.update(PRUNE, now.toEpochMilli());
    var until = now.plus(WINDOW).toEpochMilli();
    return tx.update(ADD, token.value(), until, now.toEpochMilli()) > 0;
  }
}
