package dev.meshkit.cli;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Handler;
import dev.meshkit.api.LocalTx;
import dev.meshkit.api.Received;

/**
 * What a stock agent does with messages of kind {@code message}, having no application: it keeps
 * the newest in {@code app_message}, in the transaction that settles them, hence each exactly once.
 */
final class Letterbox implements Handler {
  /** The kind of message it takes, and the default of {@code meshkit send}. */
  static final String KIND = "message";

  private static final int KEPT_ROWS = 100_000;
  private static final String TABLE =
      """
      CREATE TABLE IF NOT EXISTS app_message (
        n INTEGER PRIMARY KEY, sender TEXT NOT NULL, token TEXT NOT NULL, body BLOB NOT NULL
      ) STRICT""";
  private static final String ADD = "INSERT INTO app_message(sender, token, body) VALUES (?, ?, ?)";
  private static final String TRIM =
      "DELETE FROM app_message WHERE n <= (SELECT max(n) FROM app_message) - ?";

  @Override
  public Disposition handle(Received received) {
    return new Ack(tx -> keep(tx, received));
  }

  private static void keep(LocalTx tx, Received received) {
    tx.update(TABLE);
    tx.update(
        ADD, received.from().toString(), received.token().toString(), received.message().body());
    tx.update(TRIM, KEPT_ROWS);
  }
}
