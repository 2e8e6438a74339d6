package dev.meshkit.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Outbox;
import dev.meshkit.api.PayloadCodec;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.config.GateConfig;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.election.Audit;
import dev.meshkit.election.Author;
import dev.meshkit.election.Command;
import dev.meshkit.election.Content;
import dev.meshkit.election.Gate;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Seat;
import dev.meshkit.election.Verdict;
import dev.meshkit.gate.Branches;
import dev.meshkit.gate.Change;
import dev.meshkit.gate.Decision;
import dev.meshkit.gate.DeterministicGate;
import dev.meshkit.gate.EffectOptions;
import dev.meshkit.gate.Rollout;
import dev.meshkit.gate.RunKey;
import dev.meshkit.gate.Step;
import dev.meshkit.gate.Subject;
import dev.meshkit.gate.ValueType;
import dev.meshkit.observe.BuildInfo;
import dev.meshkit.pipeline.Compensation;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Loops;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** G2, G4, G7, G18, G30: the gate of a node goes by what its scopes have committed. */
@Timeout(120)
class GatesTest {
  private static final Change TAX = Change.of("shop::tax").supports(1, 2);
  private static final Change LOCAL = Change.of("shop::till::{region}").supports(1, 2);
  private static final Scope EU = Scope.region("eu");
  private static final String DELAYS = "meshkit_gate_adopt_delay_seconds_";
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Gate TAX_TWO = gate("shop::tax", Rollout.complete(1).bytes());

  @TempDir private Path directory;
  private final List<String> got = new CopyOnWriteArrayList<>();

  private static Gate gate(String change, Bytes rollout) {
    return new Gate(change, 2, 1, 2, rollout, 1);
  }

  /** G2, G4: also of the region's; a restarted node does so before it hears of anybody. */
  @Test
  void aNodeRunsWhatItsScopesHaveCommittedAlsoAfterARestart() throws Exception {
    try (var node = open()) {
      var gate = MeshKit.gate(node);
      assertEquals(Decision.Source.BASELINE, decided(gate, TAX).source());
      commit(node, Scope.GLOBAL, TAX_TWO);
      commit(node, EU, gate("shop::till::eu", Rollout.complete(1).bytes()));
      await().until(() -> decided(gate, TAX).version() == 2);
      await().until(() -> decided(gate, LOCAL).version() == 2);
    }
    assertEquals(List.of("ana: pilot", "ana: pilot"), lastChanges());
    try (var node = open()) {
      assertEquals(2, decided(MeshKit.gate(node), TAX).version());
      assertEquals(2, decided(MeshKit.gate(node), LOCAL).version());
    }
  }

  /**
   * G4: a new mesh starts new, though {@code init} commits no gate: each change of MeshKit's own
   * has its highest version for a baseline.
   */
  @Test
  void aNewMeshStartsAtTheHighestVersions() {
    try (var node = open()) {
      var gate = MeshKit.gate(node);
      assertEquals(1, gate.known().size());
      for (var change : gate.known().values()) {
        var decided = gate.decide(change, Subject.link(N1, NodeId.of("eu", "n2"))).orThrow();
        assertEquals(Decision.Source.BASELINE, decided.source());
        assertEquals(change.support().max(), decided.version(), change.name());
      }
    }
  }

  /** G28: for as long as the file says, and by the build that they began with. */
  @Test
  void runsAreKeptAsConfigured() {
    var keep = Duration.ofHours(3);
    var drain = Duration.ofSeconds(10);
    var config = new GateConfig(Duration.ofMinutes(1), keep, Duration.ofDays(7), drain);
    var version = BuildInfo.current().version();
    assertEquals(
        new EffectOptions(keep, Duration.ofDays(7), Bytes.utf8("mesh"), version),
        Gates.options(config, "mesh"));
  }

  /** G18: executed again, and after a restart, it has been sent. */
  @Test
  void whatARunSendsGoesOutOnce() throws Exception {
    var step = Step.of("tell", ValueType.NUMBER);
    var message = PayloadCodec.UTF8.message("orders", "of the run");
    var branches =
        Branches.<Long>of(TAX).range(1, 2, run -> run.effects().send(step, N1, message)).build();
    Result<Long> first;
    try (var node = open()) {
      var gate = MeshKit.gate(node);
      first = Result.ok(gate.execute(TAX, Subject.NONE, RunKey.of("r1"), branches).orThrow());
      assertEquals(first, gate.execute(TAX, Subject.NONE, RunKey.of("r1"), branches));
      await().until(() -> got.size() == 1);
    }
    try (var node = open()) {
      var again = MeshKit.gate(node).execute(TAX, Subject.NONE, RunKey.of("r1"), branches);
      assertEquals(first, again);
      // the lane keeps order: a second copy would have come before this
      node.send(N1, PayloadCodec.UTF8.message("orders", "last")).orThrow();
      await().until(() -> got.contains("last without"));
    }
    assertEquals(List.of("of the run with token", "last without"), got);
  }

  /** The process died between the view and its adoption; G7: and no older one comes after it. */
  @Test
  void aViewThatWasNotAdoptedIsAdoptedAtTheStart() throws Exception {
    try (var votes = ElectionFixture.store(directory.resolve("votes"), 1);
        var mesh = mesh()) {
      save(votes, Scope.GLOBAL, record(5, TAX_TWO));
      var opened = gates(votes, mesh);
      assertEquals(2, decided(opened.gate(), TAX).version());
      assertEquals("1/3.5", decided(opened.gate(), TAX).record().toString());
    }
    try (var other = ElectionFixture.store(directory.resolve("other"), 3);
        var mesh = mesh()) {
      save(other, Scope.GLOBAL, record(4));
      assertEquals(2, decided(gates(other, mesh).gate(), TAX).version());
      save(other, Scope.GLOBAL, record(6));
      assertEquals(1, decided(gates(other, mesh).gate(), TAX).version());
    }
  }

  /** G30: of a change, and not of a record that changes no gate, nor of what was there before. */
  @Test
  void howLongAChangeTookToGetHereIsMeasured() throws Exception {
    try (var votes = ElectionFixture.store(directory.resolve("votes"), 1);
        var mesh = mesh()) {
      save(votes, Scope.GLOBAL, record(5, TAX_TWO));
      var views = views(votes);
      var gates = gates(views, mesh);
      var loop = gates.loops().getFirst().body();
      var running = Thread.ofVirtual().start(new FutureTask<>(() -> turns(loop)));
      views.committed(Scope.GLOBAL, audited(record(6, TAX_TWO), of("shop::zoo", "ana")));
      await().until(() -> adopted(mesh) == 6);
      var more = gate("shop::more", Rollout.complete(1).bytes());
      views.committed(Scope.GLOBAL, audited(record(7, TAX_TWO, more), of("shop::more", "ana")));
      await().until(() -> gates.gate().table().entries().containsKey("shop::more"));
      running.interrupt(); // it waits for nothing before it has measured
      running.join();
      var told = mesh.meters().scrape();
      assertTrue(told.contains(DELAYS + "count 1"), told);
      assertTrue(told.contains(DELAYS + "sum 36"), told); // an hour, and the time of this test
    }
  }

  /** To know of a record is not to decide by it; what cannot be read, nobody waits for. */
  @Test
  void whoWaitedForARecordDecidesByIt() throws Exception {
    try (var votes = ElectionFixture.store(directory.resolve("votes"), 1);
        var mesh = mesh()) {
      var views = views(votes);
      var gates = gates(views, mesh);
      views.committed(Scope.GLOBAL, record(5, TAX_TWO));
      views.committed(Scope.region("us"), record(5, TAX_TWO));
      assertFalse(gates.awaitRecord(Scope.GLOBAL, 5, Duration.ZERO));
      assertTrue(gates.awaitRecord(Scope.region("us"), 5, Duration.ZERO));
      assertFalse(gates.awaitRecord(Scope.region("us"), 6, Duration.ofMillis(1)));
      var loop = gates.loops().getFirst().body();
      var running = Thread.ofVirtual().start(new FutureTask<>(() -> turns(loop)));
      assertTrue(gates.awaitRecord(Scope.GLOBAL, 5, LONG));
      assertEquals(2, decided(gates.gate(), TAX).version());
      views.committed(Scope.GLOBAL, record(6, gate("shop::zoo", Bytes.utf8("?"))));
      assertTrue(gates.awaitRecord(Scope.GLOBAL, 6, LONG));
      running.interrupt();
      running.join();
    }
  }

  private static long adopted(Store mesh) throws InterruptedException {
    var sql = "SELECT rec_version FROM gate_scope WHERE scope = 'global'";
    return mesh.read(read -> read.query(sql, row -> row.getLong(1)).getFirst()).orThrow();
  }

  /** Until interrupted. */
  private static boolean turns(Loops.Body loop) throws Exception {
    loop.run();
    return true;
  }

  /** By a leader whose clock is an hour behind. */
  private static ScopeRecord audited(ScopeRecord record, Audit... audit) {
    var content = record.content();
    var same = content.with(content.gates(), List.of(), List.of(audit), List.of());
    return new ScopeRecord(record.id(), same);
  }

  private static Audit of(String change, String actor) {
    var wall = Instant.now().minus(Duration.ofHours(1)).truncatedTo(ChronoUnit.MILLIS);
    var id = GateCommandId.of(change, GateCommandId.Kind.SETS, new java.util.SplittableRandom(7));
    return new Audit(id, new Author(actor, "pilot", wall));
  }

  /** G7: who changed it, and not who changed something else in the same record, or after it. */
  @Test
  void eachChangeIsThatOfWhoMadeIt() throws Exception {
    try (var votes = ElectionFixture.store(directory.resolve("votes"), 1);
        var mesh = mesh()) {
      var more = gate("shop::more", Rollout.complete(1).bytes());
      var autopilot = new Audit(Bytes.utf8("autopilot"), new Author("", "", Instant.EPOCH));
      var record =
          audited(
              record(5, TAX_TWO, more),
              of("shop::tax", "zed"),
              of("shop::tax", "ana"),
              of("shop::more", "bo"),
              autopilot);
      save(votes, Scope.GLOBAL, record);
      gates(views(votes), mesh);
      assertEquals("ana", actor(mesh, "shop::tax"));
      assertEquals("bo", actor(mesh, "shop::more"));
    }
  }

  private static String actor(Store mesh, String change) throws InterruptedException {
    return mesh.read(read -> dev.meshkit.gate.GateLog.last(read, change).orElseThrow().actor())
        .orThrow();
  }

  /** G5: health says what is refused, and only that. */
  @Test
  void whatIsCommittedThatThisBuildLacksIsNamed() throws Exception {
    try (var votes = ElectionFixture.store(directory.resolve("votes"), 1);
        var mesh = mesh()) {
      var three = new Gate("shop::tax", 3, 1, 3, Rollout.complete(2).bytes(), 1);
      save(votes, Scope.GLOBAL, record(5, three));
      var opened = gates(votes, mesh);
      assertEquals(List.of(), opened.conflicts());
      assertEquals(
          "error.version.conflict",
          ((Result.Err<?>) opened.gate().decide(TAX, Subject.NONE)).error().code());
      var named = opened.conflicts().getFirst();
      assertEquals(1, opened.conflicts().size());
      assertEquals("running shop::tax", named.tried());
      assertEquals("version 3 is committed, and this build runs 1..2", named.why());
      assertEquals("MK-GAT-005", named.details().get("mk"));
    }
  }

  /** Half a record is not what was agreed on; and a foreign region is none of its business. */
  @Test
  void aRecordThatCannotBeReadChangesNothing() throws Exception {
    try (var votes = ElectionFixture.store(directory.resolve("votes"), 1);
        var mesh = mesh()) {
      var broken = gate("shop::zoo", Bytes.utf8("?"));
      save(votes, Scope.GLOBAL, record(5, TAX_TWO, broken));
      save(votes, Scope.region("us"), record(5, TAX_TWO));
      assertEquals(Decision.Source.BASELINE, decided(gates(votes, mesh).gate(), TAX).source());
      var least = new Gate("shop::zoo", 2, 0, 2, Bytes.EMPTY, 1);
      var read = Gates.adoption(Scope.GLOBAL, record(6, least));
      assertEquals("error.payload.malformed", ((Result.Err<?>) read).error().code());
    }
  }

  private Store mesh() throws IOException {
    var dir = Files.createDirectories(directory.resolve("mesh"));
    return Store.open(StoreOptions.of(dir, "mesh", Clocks.system(), new SplittableRandom(2)))
        .orThrow();
  }

  /** As the sqlite3 shell shows them. */
  private List<String> lastChanges() throws SQLException {
    var told = new ArrayList<String>();
    try (var file = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("n1/mesh.db"));
        var query = file.createStatement();
        var rows = query.executeQuery("SELECT last_change FROM v_gates")) {
      while (rows.next()) told.add(rows.getString(1));
    }
    return told;
  }

  private static Decision decided(DeterministicGate gate, Change change) {
    return gate.decide(change, Subject.NONE).orThrow();
  }

  private static Views views(Store votes) throws InterruptedException {
    return Views.open(votes, new Mailbox<>(10, Clocks.system().monotonic())).orThrow();
  }

  private static Gates gates(Store votes, Store mesh) throws InterruptedException {
    return gates(views(votes), mesh);
  }

  private static Gates gates(Views views, Store mesh) throws InterruptedException {
    Outbox none =
        (_, _, _, _) -> {
          throw new IllegalStateException("nothing is sent");
        };
    try (var ends = Compensation.open("a test")) {
      return Gates.open(N1, mesh, EffectOptions.DEFAULTS, none, views, ends).orThrow();
    }
  }

  private static void save(Store store, Scope scope, ScopeRecord view) throws InterruptedException {
    store.submit(Op.record("save", tx -> ViewTable.save(tx, scope, view))).orThrow();
  }

  private static ScopeRecord record(long version, Gate... gates) {
    var seats = List.of(new Seat(N1, Bytes.EMPTY, 10));
    var content =
        Content.of(1, Bytes.utf8("g"), Duration.ofSeconds(2), Content.RHO_PPM, seats)
            .with(List.of(gates), List.of(), List.of(), List.of());
    return new ScopeRecord(new dev.meshkit.election.RecordId(3, version), content);
  }

  /** By whoever leads; this node does, soon. */
  private static void commit(Mesh node, Scope scope, Gate gate) {
    var election = (ScopeElection) node.leadership(scope);
    var author = new Author("ana", "pilot", Instant.EPOCH);
    var id =
        GateCommandId.of(gate.change(), GateCommandId.Kind.SETS, new java.util.SplittableRandom(1));
    var command =
        new Command(id, Command.ANY, new dev.meshkit.election.Change.SetGate(gate), author);
    await()
        .until(() -> election.command(command, Duration.ofSeconds(5)) instanceof Verdict.Applied);
  }

  private Mesh open() {
    var config =
        MeshConfig.of("eu", "n1", directory.resolve("n1"))
            .withListen(ListenConfig.of(new Endpoint("127.0.0.1", 0)))
            .withHttp(HttpConfig.off());
    return MeshKit.builder(MeshKit.dev(config).orThrow())
        .on(
            "orders",
            PayloadCodec.UTF8.handler(
                (text, received) -> {
                  var token = received.message().headers().containsKey(Outbox.TOKEN);
                  got.add(text + (token ? " with token" : " without"));
                  return Ack.plain();
                }))
        .open();
  }
}
