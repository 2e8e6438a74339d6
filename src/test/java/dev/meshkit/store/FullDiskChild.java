package dev.meshkit.store;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/**
 * Lives on a disk of 24 MiB: fills it, ends work while it is full, waits until it is not; then is
 * opened on one that is full to the last byte. Says each thing that a test should hear.
 */
final class FullDiskChild {
  private static final Bytes BODY = Bytes.of(new byte[256 << 10]);
  private static final int ADDED = 40;
  private static final Duration WAIT = Duration.ofSeconds(90);

  private final Path directory;

  private FullDiskChild(Path directory) {
    this.directory = directory;
  }

  public static void main(String[] arguments) throws Exception {
    var child = new FullDiskChild(Path.of(arguments[0]));
    child.fills();
    child.opensFull();
  }

  private void fills() throws IOException, InterruptedException {
    var other = directory.resolve("other");
    try (var store = open()) {
      store.submit(Op.record("table", FullDiskChild::table)).orThrow();
      for (var i = 0; i < 9; i++) store.submit(add(i)).orThrow();
      Files.write(other, new byte[12 << 20]);
      // one batch in which a settle stands beside more than there is room for
      var hold = new CountDownLatch(1);
      var done = new CountDownLatch(ADDED);
      var added = new AtomicInteger();
      store.submit(Op.record("hold", tx -> await(hold)), _ -> {});
      for (var i = 0; i < ADDED; i++) {
        store.submit(add(100 + i), answer -> count(answer, added, done));
      }
      var settled = new CountDownLatch(1);
      store.submit(remove(0), answer -> said("settled beside them", answer, settled));
      hold.countDown();
      done.await();
      settled.await();
      ChildJvm.say("added some " + (added.get() < ADDED));
      ChildJvm.say("state " + store.state() + " " + store.trouble().orElseThrow().code());
      ChildJvm.say("add " + outcome(store.submit(add(999))));
      ChildJvm.say("reserve " + Files.exists(directory.resolve("mesh.reserve")));
      for (var i = 1; i < 4; i++) ChildJvm.say("settle " + outcome(store.submit(remove(i))));
      besideAGreedyOne(store);
      ChildJvm.say("rows " + (rows(store) == added.get()));
      Files.delete(other);
      // it looks once a second
      Awaitility.await().atMost(WAIT).until(() -> store.state() == StoreState.OK);
      ChildJvm.say("again " + outcome(store.submit(add(1_000))));
      ChildJvm.say("reserve " + Files.size(directory.resolve("mesh.reserve")));
      ChildJvm.say("rows " + (rows(store) == added.get() + 1));
      ChildJvm.say("check " + check(store));
    }
  }

  /** One batch of work that ends, one of which adds more than there is room for. */
  private static void besideAGreedyOne(Store store) throws InterruptedException {
    var hold = new CountDownLatch(1);
    var done = new CountDownLatch(6);
    store.submit(Op.record("hold", tx -> await(hold)), _ -> {});
    store.submit(remove(4), answer -> said("before it", answer, done));
    store.submit(Op.settle("greedy", FullDiskChild::fill), a -> said("greedy", a, done));
    for (var i = 5; i < 9; i++) {
      store.submit(remove(i), answer -> said("behind it", answer, done));
    }
    hold.countDown();
    done.await();
  }

  private static int fill(StoreTx tx) {
    for (var i = 0; i < 40; i++) {
      tx.update("INSERT INTO app_x VALUES (?, zeroblob(1000000))", 5_000L + i);
    }
    return 40;
  }

  private void opensFull() throws IOException, InterruptedException {
    var other = directory.resolve("other");
    fill(other);
    try (var store = open()) {
      ChildJvm.say("opened " + store.state());
      ChildJvm.say("add " + outcome(store.submit(add(2_000))));
      ChildJvm.say("settle " + outcome(store.submit(remove(1_000))));
    }
  }

  private Store open() {
    var limits =
        StoreLimits.DEFAULTS
            .withBatch(1_024, 16 << 20)
            .with(DiskLimits.DEFAULTS.withReserve(4 << 20, 6 << 20));
    return Store.open(StoreFixture.options(directory).with(limits)).orThrow();
  }

  /** Until not a byte more fits. */
  private static void fill(Path file) throws IOException {
    var size = 1 << 20;
    try (var out = Files.newOutputStream(file)) {
      while (size > 0) {
        try {
          out.write(new byte[size]);
        } catch (IOException full) {
          size /= 2;
        }
      }
    }
  }

  private static int table(StoreTx tx) {
    return tx.update("CREATE TABLE app_x (i INTEGER PRIMARY KEY, body BLOB)");
  }

  private static Op<Integer> add(long i) {
    return Op.enqueue(
        "add", BODY.size(), tx -> tx.update("INSERT INTO app_x VALUES (?, ?)", i, BODY));
  }

  private static Op<Integer> remove(long i) {
    return Op.settle("remove", tx -> tx.update("DELETE FROM app_x WHERE i = ?", i));
  }

  private static long rows(Store store) throws InterruptedException {
    return store
        .read(r -> r.query("SELECT count(*) FROM app_x", row -> row.getLong(1)))
        .orThrow()
        .getFirst();
  }

  private static String check(Store store) throws InterruptedException {
    return store
        .read(r -> r.query("PRAGMA integrity_check", row -> row.getString(1)))
        .orThrow()
        .getFirst();
  }

  private static String outcome(Result<Integer> answer) {
    return switch (answer) {
      case Result.Ok<Integer>(var rows) -> "ok " + rows;
      case Result.Err<Integer>(var error) -> error.code();
    };
  }

  private static void count(Result<Integer> answer, AtomicInteger added, CountDownLatch done) {
    if (answer.isOk()) added.incrementAndGet();
    else if (!outcome(answer).equals("error.store.full")) ChildJvm.say("not full: " + answer);
    done.countDown();
  }

  private static void said(String what, Result<Integer> answer, CountDownLatch done) {
    ChildJvm.say(what + " " + outcome(answer));
    done.countDown();
  }

  private static int await(CountDownLatch latch) {
    try {
      latch.await();
      return 0;
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
