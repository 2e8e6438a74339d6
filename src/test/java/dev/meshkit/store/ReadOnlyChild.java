package dev.meshkit.store;

import dev.meshkit.api.Result;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/**
 * Commits rows until its disk takes no more, says what it is told then, waits until it is told that
 * the disk may be written again, and goes on.
 */
final class ReadOnlyChild {
  private static final Duration WAIT = Duration.ofSeconds(90);

  private ReadOnlyChild() {}

  public static void main(String[] arguments) throws InterruptedException {
    try (var store = StoreFixture.open(Path.of(arguments[0]))) {
      store.submit(Op.record("table", tx -> tx.update("CREATE TABLE app_x (i)"))).orThrow();
      ChildJvm.say("ready");
      var durable = 0L;
      var answer = put(store);
      for (; answer.isOk(); answer = put(store)) durable++;
      var error = StoreFixture.error(answer);
      ChildJvm.say("put " + error.code() + " " + error.details().get("mk") + " " + store.state());
      ChildJvm.say("trouble " + store.trouble().orElseThrow().code());
      ChildJvm.say("rows " + (rows(store) == durable));
      ChildJvm.say("put " + StoreFixture.error(put(store)).code());
      Awaitility.await().atMost(WAIT).until(() -> store.state() == StoreState.OK);
      ChildJvm.say("put " + put(store).isOk());
      ChildJvm.say("rows " + (rows(store) == durable + 1));
      ChildJvm.say("trouble " + store.trouble().isPresent());
    }
    try (var store = StoreFixture.open(Path.of(arguments[0]))) {
      var check = store.read(r -> r.query("PRAGMA integrity_check", row -> row.getString(1)));
      ChildJvm.say("check " + check.orThrow().getFirst());
    }
  }

  private static Result<Integer> put(Store store) throws InterruptedException {
    return store.submit(Op.record("put", tx -> tx.update("INSERT INTO app_x VALUES (1)")));
  }

  private static long rows(Store store) throws InterruptedException {
    return store
        .read(r -> r.query("SELECT count(*) FROM app_x", row -> row.getLong(1)))
        .orThrow()
        .getFirst();
  }
}
