package dev.meshkit.store;

import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Fence;
import dev.meshkit.api.LocalStore;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.api.Unit;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** E20 The guard of a leader's writes rejects older fences, in the protected transaction. */
class FencesTest {
  private static final Scope EU = Scope.region("eu");
  private static final String JOBS = "jobs";

  @TempDir Path directory;
  private Store store;
  private LocalStore access;

  @BeforeEach
  void open() throws InterruptedException {
    store = StoreFixture.open(directory);
    access = new StoreAccess(store, store::close);
    access
        .commit(tx -> tx.update("CREATE TABLE IF NOT EXISTS app_ran (what TEXT) STRICT"))
        .orThrow();
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** E20 By generation, then term; the same fence as often as it likes. */
  @Test
  void equalAndNewerFencesPassAndOlderOnesDoNot() throws Exception {
    for (var fence : List.of(of(1, 7), of(1, 7), of(1, 9), of(2, 1), of(2, 1)))
      assertEquals(Result.ok(), run(fence, fence.text()));
    for (var old : List.of(of(1, 9), of(1, 7), of(1, Long.MAX_VALUE), of(2, 0)))
      assertEquals("error.fenced", error(run(old, "late " + old.text())).code());
    assertEquals(List.of("1.7", "1.7", "1.9", "2.1", "2.1"), ran());
  }

  /**
   * E20 What was done before the guard in its transaction is undone, too, and nothing remembered.
   */
  @Test
  void aFencedTransactionLeavesNothing() throws Exception {
    run(of(1, 9), "new").orThrow();
    var late =
        access.commit(
            tx -> {
              tx.update("INSERT INTO app_ran VALUES ('before the guard')");
              tx.guard(of(1, 12), "other");
              tx.guard(of(1, 8), JOBS);
            });
    assertEquals("error.fenced", error(late).code());
    assertEquals(List.of("new"), ran());
    // a fence that was only seen in what was undone was never seen
    assertEquals(Result.ok(), access.commit(tx -> tx.guard(of(1, 1), "other")));
  }

  /** E20 Each resource and each scope by itself. */
  @Test
  void resourcesAndScopesDoNotMix() throws Exception {
    run(of(3, 30), "eu").orThrow();
    var others =
        access.commit(
            tx -> {
              tx.guard(of(1, 1), "mail");
              tx.guard(new Fence(Scope.GLOBAL, 1, 1), JOBS);
              tx.guard(new Fence(Scope.region("us"), 1, 1), JOBS);
            });
    assertEquals(Result.ok(), others);
  }

  /** E20 It is durable: a leader of before the restart stays out. */
  @Test
  void aRestartForgetsNoFence() throws Exception {
    run(of(1, 9), "before").orThrow();
    close();
    open();
    assertEquals("error.fenced", error(run(of(1, 8), "late")).code());
    assertEquals(Result.ok(), run(of(1, 9), "after"));
  }

  @Test
  void theErrorNamesBothFences() throws Exception {
    run(of(1, 9), "new").orThrow();
    var error = error(run(of(1, 8), "late"));
    assertEquals(
        Map.of("scope", "region/eu", "resource", JOBS, "fence", "1.8", "newest", "1.9"),
        error.details());
    assertEquals(MeshError.Retry.NEVER, error.retry());
    assertEquals(
        "error.fenced: changing 'jobs' under fence 1.8 of region/eu: a later leader, of fence 1.9,"
            + " has changed it already; stop: this tenure is over, and the work is the later"
            + " leader's",
        error.text());
  }

  @Test
  void aResourceWithoutAUsableNameIsABug() throws Exception {
    for (var name : List.of("", "  ", "x".repeat(201)))
      assertEquals("error.store.op", error(access.commit(tx -> tx.guard(of(1, 1), name))).code());
    assertEquals(Result.ok(), access.commit(tx -> tx.guard(of(1, 1), "x".repeat(200))));
  }

  /** The table is MeshKit's: nobody lets himself in again by hand. */
  @Test
  void anApplicationCannotTouchTheTable() throws Exception {
    var reset = access.transact(tx -> tx.update("DELETE FROM fence"));
    assertEquals("error.store.op", error(reset).code());
  }

  @Test
  void theGuardFindsItsRowByKey() throws Exception {
    var plan =
        store
            .submit(
                Op.record(
                    "plan",
                    tx ->
                        tx.query(
                            "EXPLAIN QUERY PLAN " + Fences.NEWEST,
                            row -> row.getString("detail"),
                            "region/eu",
                            JOBS)))
            .orThrow();
    assertEquals(1, plan.size());
    assertTrue(plan.getFirst().contains("USING PRIMARY KEY"), plan::getFirst);
  }

  private Result<Unit> run(Fence fence, String job) throws InterruptedException {
    return access.commit(
        tx -> {
          tx.guard(fence, JOBS);
          tx.update("INSERT INTO app_ran VALUES (?)", job);
        });
  }

  private List<Object> ran() throws InterruptedException {
    return access.query("SELECT what FROM app_ran ORDER BY rowid").orThrow().stream()
        .map(List::getFirst)
        .toList();
  }

  private static Fence of(int generation, long term) {
    return new Fence(EU, generation, term);
  }
}
