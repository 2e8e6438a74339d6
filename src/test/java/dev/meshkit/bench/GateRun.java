package dev.meshkit.bench;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Fence;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.gate.Adoption;
import dev.meshkit.gate.Branch;
import dev.meshkit.gate.Branches;
import dev.meshkit.gate.Change;
import dev.meshkit.gate.DeterministicEffectStore;
import dev.meshkit.gate.DeterministicGate;
import dev.meshkit.gate.EffectOptions;
import dev.meshkit.gate.Effects;
import dev.meshkit.gate.Entry;
import dev.meshkit.gate.RecordId;
import dev.meshkit.gate.Rollout;
import dev.meshkit.gate.RunKey;
import dev.meshkit.gate.Step;
import dev.meshkit.gate.Subject;
import dev.meshkit.gate.SubjectKey;
import dev.meshkit.gate.ValueType;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreFixture;
import dev.meshkit.store.StoreTx;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures in this process and leaves the numbers in a file: the first argument; the others are
 * parts. Sides take turns on one store; a number is the median of five turns, a ratio that of the
 * turns' ratios.
 */
public final class GateRun {
  private static final int TURNS = 5;
  private static final int WARM_UPS = 2;
  private static final long TURN_NANOS = 1_500_000_000L;
  private static final int CALLERS = 256;
  private static final int REPLAYED = 1_000;
  private static final int SHORT = 20;
  private static final String VALUE = "v".repeat(64);
  private static final Change CHANGE =
      Change.of("bench::gate").supports(1, 2).keyedBy(SubjectKey.TENANT);
  private static final Subject TENANT = Subject.tenant("acme");
  private static final Step<String> STEP = Step.of("step", ValueType.TEXT);

  private final JsonObject numbers = new JsonObject();
  private final AtomicLong keys = new AtomicLong();
  private final Path directory;
  private final Store store;
  private final DeterministicGate gate;

  private GateRun(Path directory) throws InterruptedException {
    this.directory = directory;
    this.store = StoreFixture.open(directory);
    var effects =
        DeterministicEffectStore.open(store, EffectOptions.DEFAULTS, (_, _, _, _) -> 1).orThrow();
    this.gate = DeterministicGate.open(effects, "eu").orThrow();
    var rollout = new Rollout(1, 5_000, List.of(), List.of(), false);
    var entry = new Entry(CHANGE.name(), 2, 1, 2, rollout, 3);
    gate.adopt(
            Adoption.of(
                Scope.GLOBAL,
                new RecordId(1, 1, 1),
                List.of(entry),
                new Adoption.By("bench", "measured")))
        .orThrow();
  }

  /** Runs the parts; all of them if none is named. */
  public static void main(String... args) throws Exception {
    var parts = List.of(args).subList(1, args.length);
    var directory = Files.createTempDirectory("bench-gate");
    var run = new GateRun(directory);
    if (isChosen("decide", parts)) run.decide();
    if (isChosen("capture", parts)) run.capture();
    if (isChosen("replay", parts)) run.replay();
    if (isChosen("fence", parts)) run.fence();
    if (isChosen("naive", parts)) run.naive();
    run.store.close();
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
    Files.writeString(Path.of(args[0]), new Gson().toJson(run.numbers));
  }

  private static boolean isChosen(String name, List<String> parts) {
    return parts.isEmpty() || parts.contains(name);
  }

  /** One side: how many a second in one turn. */
  @FunctionalInterface
  private interface Side {
    double perSecond() throws Exception;
  }

  /** Both in turns that change who goes first; ours, the other's, and the ratio of ours to it. */
  private void beside(String our, Side ours, String their, Side theirs, String ratio)
      throws Exception {
    var ourRates = new ArrayList<Double>();
    var theirRates = new ArrayList<Double>();
    var ratios = new ArrayList<Double>();
    for (var turn = -WARM_UPS; turn < TURNS; turn++) {
      var isFirst = turn % 2 == 0;
      var first = (isFirst ? ours : theirs).perSecond();
      var second = (isFirst ? theirs : ours).perSecond();
      if (turn < 0) continue;
      ourRates.add(isFirst ? first : second);
      theirRates.add(isFirst ? second : first);
      ratios.add(ourRates.getLast() / theirRates.getLast());
    }
    told(our + "_per_s", ourRates, 1);
    told(their + "_per_s", theirRates, 1);
    told(ratio, ratios, 1_000);
  }

  private void told(String name, List<Double> turns, int precision) {
    var sorted = turns.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    numbers.addProperty(name, rounded(sorted[sorted.length / 2], precision));
    numbers.addProperty(name + "_least", rounded(sorted[0], precision));
    numbers.addProperty(name + "_most", rounded(sorted[sorted.length - 1], precision));
  }

  private static double rounded(double value, int precision) {
    return (double) Math.round(value * precision) / precision;
  }

  /** A subject by its bucket, the dearest case; beside a look into a map. */
  private void decide() throws Exception {
    var map = new ConcurrentHashMap<String, String>();
    map.put(CHANGE.name(), VALUE);
    var sum = new long[1];
    Side decides =
        () -> rate(1_000, () -> sum[0] += gate.decide(CHANGE, TENANT).orThrow().version());
    Side looks = () -> rate(1_000, () -> sum[0] += map.getOrDefault(CHANGE.name(), "").length());
    beside("decide", decides, "map_get", looks, "decide_of_map_get");
    numbers.addProperty("decide_checksum", sum[0]);
    numbers.addProperty("decide_ns", Math.round(1e9 / numbers.get("decide_per_s").getAsDouble()));
  }

  /** By the thread's own time on the processor: what else runs on the machine is not asked. */
  private static double rate(int batch, Runnable work) {
    var threads = ManagementFactory.getThreadMXBean();
    var began = threads.getCurrentThreadCpuTime();
    var done = 0L;
    for (; threads.getCurrentThreadCpuTime() - began < TURN_NANOS / 3; done += batch)
      for (var i = 0; i < batch; i++) work.run();
    return done * 1e9 / (threads.getCurrentThreadCpuTime() - began);
  }

  /** VALUE, IDEMPOTENT and a plain insert through the same committer. */
  private void capture() throws Exception {
    var make = "CREATE TABLE plain (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT";
    store.submit(Op.record("bench.make", tx -> tx.update(make))).orThrow();
    Capture value = effects -> effects.value(STEP, () -> VALUE);
    Capture call = effects -> effects.idempotent(STEP, Bytes.EMPTY, (_, _) -> Result.ok(VALUE));
    Side values = () -> captures(CALLERS, REPLAYED, value);
    Side shorts = () -> captures(CALLERS, SHORT, value);
    Side calls = () -> captures(CALLERS, SHORT, call);
    beside("value", values, "insert", this::inserts, "value_of_insert");
    beside("value_short", shorts, "insert_beside", this::inserts, "value_short_of_insert");
    beside("idempotent", calls, "insert_again", this::inserts, "idempotent_of_insert");
  }

  private double inserts() throws Exception {
    var sql = "INSERT INTO plain (body) VALUES (?)";
    return callers(
        CALLERS,
        (_, until) -> {
          var done = 0L;
          for (; System.nanoTime() < until; done++)
            store.submit(Op.record("bench.insert", tx -> tx.update(sql, VALUE))).orThrow();
          return done;
        });
  }

  /** What one capture does. */
  @FunctionalInterface
  private interface Capture {
    Result<String> of(Effects effects) throws InterruptedException;
  }

  /** Each caller has runs of its own, of so many steps each, begun and ended. */
  private double captures(int callers, int steps, Capture capture) throws Exception {
    return callers(
        callers,
        (_, until) -> {
          var done = new long[1];
          while (System.nanoTime() < until) {
            execute(
                "k" + keys.incrementAndGet(),
                run -> {
                  for (var i = 0; i < steps && System.nanoTime() < until; i++, done[0]++)
                    capture.of(run.effects()).orThrow();
                  return Result.ok("");
                });
          }
          return done[0];
        });
  }

  private void execute(String key, Branch<String> branch) throws InterruptedException {
    var branches = Branches.<String>of(CHANGE).range(1, 2, branch).build();
    gate.execute(CHANGE, TENANT, RunKey.of(key), branches).orThrow();
  }

  /** What one caller does until then; how many. */
  @FunctionalInterface
  private interface Caller {
    long until(int number, long nanos) throws InterruptedException, SQLException;
  }

  private static double callers(int callers, Caller caller) throws Exception {
    var began = System.nanoTime();
    var until = began + TURN_NANOS;
    var all = new ArrayList<Future<Long>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var i = 0; i < callers; i++) {
        var number = i;
        all.add(threads.submit(() -> caller.until(number, until)));
      }
      var done = 0L;
      for (var one : all) done += one.get();
      return done * 1e9 / (System.nanoTime() - began);
    }
  }

  /** A run that is over, executed again; beside a SELECT by key for each of its steps. */
  private void replay() throws Exception {
    var key = "replayed";
    Branch<String> branch =
        run -> {
          for (var i = 0; i < REPLAYED; i++) run.effects().value(STEP, () -> VALUE).orThrow();
          return Result.ok("");
        };
    execute(key, branch);
    store.submit(Op.record("bench.make", GateRun::keyed)).orThrow();
    Side replays =
        () -> {
          var began = System.nanoTime();
          var done = 0L;
          for (; System.nanoTime() - began < TURN_NANOS; done += REPLAYED) execute(key, branch);
          return done * 1e9 / (System.nanoTime() - began);
        };
    beside("replay", replays, "select", this::selects, "replay_of_select");
    besideCaptures(branch);
  }

  /** What who writes this by hand would look into. */
  private static int keyed(StoreTx tx) {
    tx.update(
        "CREATE TABLE keyed (run TEXT NOT NULL, n INTEGER NOT NULL, value BLOB NOT NULL,"
            + " PRIMARY KEY (run, n)) STRICT, WITHOUT ROWID");
    return tx.update(
        "INSERT INTO keyed SELECT 'replayed', place >> 14 & 16383, value FROM effect_value"
            + " WHERE place >> 28 = (SELECT rid FROM run WHERE run_key = 'replayed')");
  }

  /** Replays beside captures, by as many callers: one, and all of them with a run each. */
  private void besideCaptures(Branch<String> branch) throws Exception {
    Capture value = effects -> effects.value(STEP, () -> VALUE);
    for (var i = 0; i < CALLERS; i++) execute("replayed" + i, branch);
    Side one = () -> replays(1, branch);
    beside("replay_one", one, "value_one", () -> captures(1, SHORT, value), "replay_of_value");
    Side all = () -> replays(CALLERS, branch);
    beside(
        "replay_all",
        all,
        "value_all",
        () -> captures(CALLERS, SHORT, value),
        "replay_of_value_all");
  }

  private double replays(int callers, Branch<String> branch) throws Exception {
    return callers(
        callers,
        (number, until) -> {
          var done = 0L;
          for (; System.nanoTime() < until; done += REPLAYED) execute("replayed" + number, branch);
          return done;
        });
  }

  private double selects() throws SQLException {
    var sql = "SELECT value FROM keyed WHERE run = 'replayed' AND n = ?";
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("mesh.db"));
        var select = connection.prepareStatement(sql)) {
      var began = System.nanoTime();
      var done = 0L;
      for (; System.nanoTime() - began < TURN_NANOS; done++) {
        select.setLong(1, done % REPLAYED + 1);
        try (var rows = select.executeQuery()) {
          if (!rows.next() || rows.getBytes(1).length != VALUE.length())
            throw new IllegalStateException("it is not there");
        }
      }
      return done * 1e9 / (System.nanoTime() - began);
    }
  }

  /** LOCAL_TX under a leader's fence, and without one: how much more time it takes. */
  private void fence() throws Exception {
    var fence = new Fence(Scope.GLOBAL, 1, 1);
    Side plain = () -> locals(_ -> {});
    Side fenced = () -> locals(run -> run.under(fence));
    beside("local_tx", plain, "local_tx_fenced", fenced, "fence_cost");
  }

  /**
   * LOCAL_TX, beside a table written by hand: of one caller, which nobody waits for, and of all.
   */
  private void naive() throws Exception {
    try (var table = new NaiveTable(directory.resolve("naive.db"))) {
      Side captured = () -> locals(_ -> {});
      beside("local_tx_beside", captured, "naive", () -> naive(table, 1), "local_tx_of_naive");
      Side all = () -> naive(table, CALLERS);
      beside("local_tx_again", captured, "naive_all", all, "local_tx_of_naive_all");
    }
  }

  private double naive(NaiveTable table, int callers) throws Exception {
    return callers(
        callers,
        (_, until) -> {
          var done = 0L;
          while (System.nanoTime() < until) {
            var run = CHANGE.name() + "/n" + keys.incrementAndGet() + "/" + STEP.name() + "/";
            for (var i = 0; i < SHORT && System.nanoTime() < until; i++, done++)
              table.once(run + i, VALUE);
          }
          return done;
        });
  }

  private double locals(java.util.function.Consumer<dev.meshkit.gate.Run> first) throws Exception {
    return callers(
        CALLERS,
        (_, until) -> {
          var done = new long[1];
          while (System.nanoTime() < until) {
            execute(
                "l" + keys.incrementAndGet(),
                run -> {
                  first.accept(run);
                  for (var i = 0; i < SHORT && System.nanoTime() < until; i++, done[0]++)
                    run.effects().localTx(STEP, _ -> VALUE).orThrow();
                  return Result.ok("");
                });
          }
          return done[0];
        });
  }
}
