package dev.meshkit.node;

import dev.meshkit.api.Fence;
import dev.meshkit.api.LocalStore;
import dev.meshkit.api.Result;
import dev.meshkit.election.Durable;
import dev.meshkit.election.StoreContract;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreAccess;
import dev.meshkit.store.StoreFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** V20: the tables of {@code election.db}, and the guard of {@code mesh.db}, on a real disk. */
@Timeout(120)
public class TableStoreContractTest extends StoreContract {
  @TempDir private Path directory;
  private int places;

  @Override
  protected Place begin() throws Exception {
    return new Tables(directory.resolve("place" + ++places));
  }

  /** Called in a mutant's own world: which rules are broken there. */
  public static String breaches(Path directory) throws Exception {
    var contract = new TableStoreContractTest();
    contract.directory = directory;
    return contract.breaches();
  }

  /** Ann's data directory; each of her processes has a copy of what the one before left. */
  private static final class Tables implements Place {
    private static final String REFUSES =
        """
        CREATE TRIGGER refuses BEFORE UPDATE ON ballot
        BEGIN SELECT RAISE(ABORT, 'the disk takes nothing'); END""";

    private final Path place;
    private final LocalStore app;
    private int life;
    private Store store;
    private Durable found;

    Tables(Path place) throws Exception {
      this.place = place;
      this.store = ElectionFixture.store(here(), 1);
      this.found = load();
      var mesh = StoreFixture.open(place);
      this.app = new StoreAccess(mesh, mesh::close);
      app.commit(
              tx -> {
                tx.update("CREATE TABLE app_led (value INTEGER NOT NULL) STRICT");
                tx.update("INSERT INTO app_led VALUES (0)");
              })
          .orThrow();
    }

    private Path here() {
      return place.resolve("life" + life);
    }

    private Durable load() throws InterruptedException {
      var options = ElectionFixture.options(ANN, store.uuid(), List.of(ANN, BOB));
      var loaded =
          store.submit(Op.record("load", tx -> ElectionTable.load(tx, options))).flatMap(r -> r);
      if (loaded instanceof Result.Ok<dev.meshkit.election.Stored>(var stored))
        return stored.durable();
      throw new AssertionError("what was written cannot be read: " + loaded);
    }

    @Override
    public Durable found() {
      return found;
    }

    @Override
    public boolean save(Durable next) throws InterruptedException {
      var options = ElectionFixture.options(ANN, store.uuid(), List.of(ANN, BOB));
      var told = store.submit(Op.record("save", tx -> ElectionTable.save(tx, options, next)));
      return told instanceof Result.Ok;
    }

    @Override
    public void fail() throws SQLException {
      edit(REFUSES);
    }

    private void edit(String sql) throws SQLException {
      var file = "jdbc:sqlite:" + here().resolve("election.db");
      try (var raw = DriverManager.getConnection(file);
          var statement = raw.createStatement()) {
        statement.executeUpdate(sql);
      }
    }

    /** Of the files as they are while the store has them open, which is what a kill leaves. */
    @Override
    public void kill() throws Exception {
      var left = here();
      life++;
      Files.createDirectories(here());
      for (var name : List.of("election.db", "election.db-wal"))
        Files.copy(left.resolve(name), here().resolve(name));
      store.close();
      edit("DROP TRIGGER IF EXISTS refuses");
      store = ElectionFixture.store(here(), 1);
      found = load();
    }

    @Override
    public boolean change(Fence fence, long value) throws InterruptedException {
      var told =
          app.commit(
              tx -> {
                tx.update("UPDATE app_led SET value = ?", value);
                tx.guard(fence, "led");
              });
      return told instanceof Result.Ok;
    }

    @Override
    public long value() throws InterruptedException {
      var rows = app.query("SELECT value FROM app_led").orThrow();
      return (Long) rows.getFirst().getFirst();
    }

    @Override
    public void close() {
      store.close();
      app.close();
    }
  }
}
