package dev.meshkit.store;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Result;
import java.nio.file.Path;

/**
 * Commits rows of 64 KiB until the store fails, says which it was told are durable, and ends as a
 * node does: with the code of its own that fail-stop has.
 */
final class FailStopChild {
  private FailStopChild() {}

  public static void main(String[] arguments) throws InterruptedException {
    var store = StoreFixture.open(Path.of(arguments[0]));
    store.submit(Op.record("table", FailStopChild::table)).orThrow();
    for (var i = 0L; ; i++) {
      var row = i;
      var put =
          Op.<Integer>record(
              "put",
              tx -> tx.update("INSERT INTO app_x VALUES (?, ?)", row, Bytes.of(new byte[65_536])));
      if (store.submit(put) instanceof Result.Err<Integer>(var error)) {
        ChildJvm.say("error " + error.code());
        break;
      }
      ChildJvm.say("durable " + i);
    }
    ChildJvm.say("failed " + store.awaitFailure().code());
    var after = store.submit(Op.record("after", tx -> tx.update("DELETE FROM app_x")));
    ChildJvm.say("after " + StoreFixture.error(after).code());
    Runtime.getRuntime().halt(12);
  }

  private static int table(StoreTx tx) {
    return tx.update("CREATE TABLE app_x (i INTEGER, body BLOB)");
  }
}
