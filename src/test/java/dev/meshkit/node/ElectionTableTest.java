package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Durable;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Life;
import dev.meshkit.election.Peers;
import dev.meshkit.election.Profile;
import dev.meshkit.election.RecordId;
import dev.meshkit.election.Recovery;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Seat;
import dev.meshkit.election.Stored;
import dev.meshkit.process.Jvm;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a voter must not forget, on disk: E1, E2, E3. */
final class ElectionTableTest {
  private static final NodeId ANN = NodeId.of("eu", "ann");
  private static final List<NodeId> VOTERS =
      List.of(ANN, NodeId.of("eu", "bob"), NodeId.of("eu", "cat"));

  @TempDir Path directory;

  @Test
  void aStoreThatNeverTookPartIsFreshOnce() throws Exception {
    try (var store = ElectionFixture.store(directory, 1)) {
      var first = new Stored(Durable.fresh(options(store).first()), Peers.NONE, true);
      assertEquals(Result.ok(first), load(store));
      // the row is there now: another start is no longer fresh
      assertEquals(Result.ok(new Stored(first.durable(), Peers.NONE, false)), load(store));
    }
  }

  /** E2: a vote survives as itself, and so does (term, nobody). */
  @Test
  void whatWasSavedIsLoadedAfterReopening() throws Exception {
    for (var voted : List.of(VOTERS.get(1), NodeId.NOBODY)) {
      Durable saved;
      try (var store = ElectionFixture.store(directory, 1)) {
        var first = options(store).first();
        var record = first.as(new RecordId(8, 1));
        saved = new Durable(9, voted, record, first, Duration.ofMillis(1_234));
        load(store).orThrow();
        save(store, saved);
      }
      try (var store = ElectionFixture.store(directory, 1)) {
        assertEquals(Result.ok(new Stored(saved, Peers.NONE, false)), load(store));
      }
    }
  }

  /** E28: what the stores of others have shown is there after a restart; by scope. */
  @Test
  void whatPeersHaveShownIsLoadedAfterReopening() throws Exception {
    var peers = new TreeMap<Bytes, Peers.Shown>();
    peers.put(Bytes.utf8("store of bob 123"), shown(new Life(3, -7), false));
    peers.put(Bytes.utf8("store of cat 123"), shown(new Life(1, 4), true));
    try (var store = ElectionFixture.store(directory, 1)) {
      load(store).orThrow();
      see(store, ElectionFixture.SCOPE, new Peers(peers));
      see(store, Scope.GLOBAL, Peers.NONE);
    }
    try (var store = ElectionFixture.store(directory, 1)) {
      assertEquals(new Peers(peers), load(store).orThrow().peers());
      peers.pollFirstEntry();
      see(store, ElectionFixture.SCOPE, new Peers(peers));
      assertEquals(new Peers(peers), load(store).orThrow().peers());
    }
  }

  private static Peers.Shown shown(Life life, boolean forked) {
    return new Peers.Shown(life, 9, new RecordId(8, 2), forked);
  }

  private static void see(Store store, Scope scope, Peers peers) throws InterruptedException {
    store.submit(Op.record("see", tx -> PeerTable.save(tx, scope, peers))).orThrow();
  }

  /** E1: each start of a store counts up before anybody can ask what it counts. */
  @Test
  void everyOpeningIsAnotherBoot() {
    for (var boot = 1; boot <= 3; boot++)
      try (var store = ElectionFixture.store(directory, 1)) {
        assertEquals(boot, store.boot());
      }
  }

  /** E3: a row that is not what was written refuses to start, and stays as it is. */
  @Test
  void aDamagedRowIsRefused() throws Exception {
    for (var damage :
        List.of(
            "UPDATE ballot SET voted = CAST('eu/cat' AS BLOB)",
            "UPDATE ballot SET term = term + 1",
            "UPDATE ballot SET cap_ms = 0",
            "UPDATE ballot SET crc = crc + 1",
            "UPDATE record SET rec_term = 99 WHERE kind = 0",
            "UPDATE record SET hash = zeroblob(32) WHERE kind = 1",
            "DELETE FROM record WHERE kind = 1")) {
      var place = java.nio.file.Files.createTempDirectory(directory, "damaged");
      try (var store = ElectionFixture.store(place, 1)) {
        load(store).orThrow();
        save(store, Durable.fresh(options(store).first()));
      }
      edit(place, damage);
      try (var store = ElectionFixture.store(place, 1)) {
        var error = error(load(store));
        assertEquals("error.store.corrupt", error.code(), damage);
        assertEquals("MK-ELE-001", error.details().get("mk"));
      }
    }
  }

  @Test
  void aRowOfOtherVotersIsRefused() throws Exception {
    try (var store = ElectionFixture.store(directory, 1)) {
      load(store).orThrow();
      var others = ElectionFixture.options(ANN, store.uuid(), VOTERS.subList(0, 2));
      var error = error(load(store, others));
      assertEquals("MK-ELE-002", error.details().get("mk"));
    }
  }

  /** E12: a view never goes back, also where an onlooker becomes a voter. */
  @Test
  void whoBeginsToVoteBeginsWithTheViewItHad() throws Exception {
    var later = new RecordId(7, 5);
    try (var store = ElectionFixture.store(directory, 1)) {
      var first = options(store).first();
      seen(store, first.as(later));
      var stored = load(store).orThrow();
      assertEquals(Durable.fresh(first.as(later)), stored.durable());
      assertTrue(stored.fresh(), "it voted for nobody yet");
    }
    try (var store = ElectionFixture.store(directory.resolve("earlier"), 1)) {
      var first = options(store).first();
      var voted =
          new ElectionOptions(
              ElectionFixture.SCOPE, ANN, store.uuid(), first.as(later), Profile.FAST);
      seen(store, first);
      assertEquals(later, load(store, voted).orThrow().durable().view().id());
    }
    try (var store = ElectionFixture.store(directory.resolve("foreign"), 1)) {
      var foreign = ElectionFixture.options(ANN, store.uuid(), VOTERS.subList(0, 2)).first();
      seen(store, foreign.as(later)); // of another birth: nothing follows from it
      assertEquals(Durable.fresh(options(store).first()), load(store).orThrow().durable());
    }
  }

  private static void seen(Store store, ScopeRecord view) throws InterruptedException {
    store.submit(Op.record("see", tx -> ViewTable.save(tx, ElectionFixture.SCOPE, view))).orThrow();
  }

  /** E29: after a recovery the configuration still names who voted at first, and need not agree. */
  @Test
  void aLaterGenerationHasVotersOfItsOwn() throws Exception {
    try (var store = ElectionFixture.store(directory, 1)) {
      var was = load(store).orThrow().durable();
      var seat = new Seat(ANN, store.uuid(), 10);
      var next = Recovery.of(List.of(was), seat, Bytes.utf8("recovered"));
      save(store, next);
      assertEquals(next, load(store).orThrow().durable());
    }
  }

  /** E13 (part): a failover with unchanged content moves ids and writes no body. */
  @Test
  void aBodyIsWrittenOnlyWhenItsHashChanges() throws Exception {
    try (var store = ElectionFixture.store(directory, 1)) {
      load(store).orThrow();
      store.submit(
          Op.record("test", tx -> tx.update("UPDATE record SET body = CAST('mark' AS BLOB)")));
      var first = options(store).first();
      save(store, Durable.fresh(first.as(new RecordId(5, 1))));
      var bodies =
          store
              .read(
                  read ->
                      read.query(
                          "SELECT CAST(body AS TEXT) || rec_term AS seen FROM record ORDER BY kind",
                          row -> row.getString("seen")))
              .orThrow();
      assertEquals(List.of("mark5", "mark5"), bodies);
    }
  }

  /**
   * E1, E2, S4: a process is killed with kill -9 while it votes; whatever it said after a persist
   * is there, and no vote it gave can be given again.
   */
  @Test
  void aKilledVoterHasEveryVoteItSpokeOf() throws Exception {
    var lastTerm = 0L;
    for (var round = 1; round <= 3; round++) {
      var spoken = killedAfter(20L * round + 7);
      var said = spoken.split(" ");
      try (var store = ElectionFixture.store(directory, 1)) {
        var found = load(store).orThrow();
        var term = Long.parseLong(said[0]);
        assertTrue(term > lastTerm, "a restarted voter goes on from its term");
        assertTrue(found.durable().term() >= term, found + " after saying " + spoken);
        if (found.durable().term() == term)
          assertEquals(NodeId.parse(said[1]), found.durable().voted());
        lastTerm = found.durable().term();
      }
    }
  }

  /** Runs {@link VotingProcess}, kills it after some answers, and returns the last it gave. */
  private String killedAfter(long answers) throws Exception {
    var command = new ArrayList<>(Jvm.command());
    command.addAll(List.of(VotingProcess.class.getName(), directory.toString()));
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var last = "";
    try (var lines =
        new java.io.BufferedReader(
            new java.io.InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        last = line;
        if (--answers == 0) process.toHandle().destroyForcibly(); // SIGKILL; streams stay open
      }
    } finally {
      process.destroyForcibly();
    }
    assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    assertTrue(answers <= 0, "it ended by itself after saying " + last);
    return last;
  }

  private static void edit(Path place, String sql) throws Exception {
    try (var raw = DriverManager.getConnection("jdbc:sqlite:" + place.resolve("election.db"));
        var statement = raw.createStatement()) {
      assertTrue(statement.executeUpdate(sql) > 0, sql);
    }
  }

  private static ElectionOptions options(Store store) {
    return ElectionFixture.options(ANN, store.uuid(), VOTERS);
  }

  private static Result<Stored> load(Store store) throws InterruptedException {
    return load(store, options(store));
  }

  private static Result<Stored> load(Store store, ElectionOptions options)
      throws InterruptedException {
    return store
        .submit(Op.record("load", tx -> ElectionTable.load(tx, options)))
        .flatMap(loaded -> loaded);
  }

  private static void save(Store store, Durable durable) throws InterruptedException {
    var options = options(store);
    store.submit(Op.record("save", tx -> ElectionTable.save(tx, options, durable))).orThrow();
  }

  private static MeshError error(Result<?> result) {
    return assertInstanceOf(Result.Err.class, result).error();
  }
}
