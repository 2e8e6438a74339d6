package dev.meshkit.store;

import dev.meshkit.api.Bytes;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Adds rows, one a commit, and says after each that it is durable; its log is short, so that it
 * starts over, and is cut, many times. Ends without closing anything.
 */
final class PowerLossChild {
  static final int ROWS = 80;

  private PowerLossChild() {}

  /** From small ones to some of many pages, and now and then one that outgrows the log. */
  static byte[] body(int row) {
    var body = new byte[row % 20 == 19 ? 200_000 : row * 397 % 9_000];
    Arrays.fill(body, (byte) row);
    return body;
  }

  public static void main(String[] arguments) throws InterruptedException {
    var limits =
        StoreLimits.DEFAULTS.with(
            DiskLimits.DEFAULTS.withReserve(0, 1).withLog(48 << 10, 160 << 10, 1 << 20));
    var options = StoreFixture.options(Path.of(arguments[0])).with(limits);
    var store = Store.open(options).orThrow();
    for (var i = 0; i < ROWS; i++) {
      var row = i;
      store
          .submit(
              Op.record(
                  "put",
                  tx -> tx.update("INSERT INTO app_x VALUES (?, ?)", row, Bytes.of(body(row)))))
          .orThrow();
      ChildJvm.say("durable " + row);
    }
    Runtime.getRuntime().halt(0);
  }
}
