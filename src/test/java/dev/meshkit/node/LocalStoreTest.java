package dev.meshkit.node;

import static dev.meshkit.store.StoreFixture.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.LocalStore;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.TxWork;
import dev.meshkit.api.Unit;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.queue.QueueFile;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.FreePort;
import dev.meshkit.security.DevCa;
import dev.meshkit.security.IdentityStore;
import dev.meshkit.security.Staged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Q3, Q7, Q20 What an application does with a database that it shares, by whatever door. */
@Timeout(120)
class LocalStoreTest {
  private static final String MAKE =
      "CREATE TABLE IF NOT EXISTS app_x (i INTEGER PRIMARY KEY, s TEXT, b BLOB) STRICT";
  private static final String PUT = "INSERT INTO app_x VALUES (?, ?, ?)";
  private static final MeshError TOLD = MeshError.validation("a test", "it says so", "nothing");

  @TempDir private Path directory;

  /** Q20 A node's own, while it runs and while it does not; one of both has it. */
  @Test
  void aNodesDatabaseIsItsApplicationsToo() throws Exception {
    var config = enrolled();
    assertEquals("error.precondition", error(MeshKit.store(config)).code());
    assertFalse(Files.exists(directory.resolve("n1/mesh.db")));
    LocalStore kept;
    try (var mesh = MeshKit.open(config)) {
      kept = mesh.store();
      kept.close(); // the node's, not ours
      keepsItsPromises(kept, "node");
      assertEquals("MK-NODE-006", error(MeshKit.store(config)).details().get("mk"));
    }
    assertEquals("error.store.closed", error(kept.transact(tx -> 1)).code());
    assertEquals("error.store.closed", error(kept.query("SELECT i FROM app_x")).code());
    try (var store = MeshKit.store(config).orThrow()) {
      assertEquals(List.of(List.<Object>of("node")), store.query("SELECT s FROM app_x").orThrow());
      store.commit(tx -> tx.update("DELETE FROM app_x")).orThrow();
      keepsItsPromises(store, "alone");
    }
    try (var mesh = MeshKit.open(config)) {
      assertEquals(
          List.of(List.<Object>of("alone")), mesh.store().query("SELECT s FROM app_x").orThrow());
    }
  }

  /** Q20 And a file's without a node. */
  @Test
  void aFileKeepsTheSamePromises() throws Exception {
    var file = QueueFile.open(directory.resolve("own.db")).orThrow();
    keepsItsPromises(file, "file");
    file.close();
    assertEquals("error.store.closed", error(file.transact(tx -> 1)).code());
    assertEquals("error.store.closed", error(file.query("SELECT i FROM app_x")).code());
  }

  /** Leaves one row, of this name. */
  private static void keepsItsPromises(LocalStore store, String name) throws Exception {
    TxWork make = tx -> tx.update(MAKE);
    assertEquals(Result.ok(), store.commit(make));
    var put = store.transact(tx -> tx.update(PUT, 1, name, Bytes.utf8("b")));
    assertEquals(Result.ok(1), put);
    var row = List.<Object>of(1L, name, Bytes.utf8("b"));
    assertEquals(Result.ok(List.of(row)), store.transact(tx -> tx.query("SELECT * FROM app_x")));
    assertEquals(Result.ok(List.of(row)), store.query("SELECT * FROM app_x WHERE s = ?", name));
    assertEquals(
        Result.ok(List.of(List.<Object>of(Unit.UNIT))), store.query("SELECT NULL FROM app_x"));
    undoes(store);
    refuses(store);
    aPageIsEnough(store);
    assertTrue(store.failure().isEmpty());
    assertEquals(Result.ok(List.of(List.<Object>of(1L))), store.query("SELECT i FROM app_x"));
  }

  private static void undoes(LocalStore store) throws InterruptedException {
    var told =
        store.commit(
            tx -> {
              tx.update(PUT, 2, "told", Unit.UNIT);
              throw new MeshException(TOLD);
            });
    assertEquals(Result.err(TOLD), told);
    var twice =
        store.transact(tx -> tx.update(PUT, 2, "b", Unit.UNIT) + tx.update(PUT, 1, "", Unit.UNIT));
    assertEquals("error.store.op", error(twice).code());
  }

  private static void refuses(LocalStore store) throws InterruptedException {
    for (var sql :
        List.of("DELETE FROM 'lane'", "INSERT OR ROLLBACK INTO app_x VALUES (1, '', '')")) {
      var refused = error(store.transact(tx -> tx.update(sql)));
      assertEquals("error.store.op", refused.code());
    }
    var queries =
        List.of("SELECT * FROM [task]", "DELETE FROM app_x", "update app_x SET i = 9", "COMMIT");
    for (var sql : queries) {
      assertEquals("error.validation", error(store.query(sql)).code(), sql);
    }
    assertEquals("error.store.read", error(store.query("SELECT nothing FROM app_x")).code());
    var sneaky = "WITH n AS (SELECT 1) DELETE FROM app_x";
    assertEquals("error.store.read", error(store.query(sneaky)).code());
    var within = error(store.transact(tx -> queried(store)));
    assertTrue(within.why().contains("would wait for the transaction"), within::text);
  }

  private static Object queried(LocalStore store) {
    try {
      return store.query("SELECT 1 FROM app_x");
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  private static void aPageIsEnough(LocalStore store) throws InterruptedException {
    store
        .commit(tx -> IntStream.range(2, 600).forEach(i -> tx.update(PUT, i, "", Unit.UNIT)))
        .orThrow();
    var page = store.query("SELECT i FROM app_x WHERE i > ? ORDER BY i LIMIT 500", 99).orThrow();
    assertEquals(List.<Object>of(599L), page.getLast());
    assertEquals("error.store.read", error(store.query("SELECT i FROM app_x")).code());
    store.commit(tx -> tx.update("DELETE FROM app_x WHERE i > 1")).orThrow();
  }

  private MeshConfig enrolled() throws IOException {
    var data = directory.resolve("n1");
    var clocks = Clocks.system();
    var identity = new IdentityStore(data.resolve("identity"), clocks.wall());
    DevCa.open(directory.resolve("dev-ca"), clocks.wall(), Chance.secure())
        .flatMap(ca -> ca.stage(identity, NodeId.of("eu", "n1")))
        .flatMap(Staged::adopt)
        .orThrow();
    var free = new Endpoint("127.0.0.1", FreePort.of("127.0.0.1"));
    return MeshConfig.of("eu", "n1", data)
        .withListen(MeshConfig.defaults().listen().withMesh(free))
        .withHttp(HttpConfig.off());
  }
}
