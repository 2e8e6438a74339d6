package dev.meshkit.gate;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.LocalTx;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Outbox;
import dev.meshkit.api.Result;
import dev.meshkit.api.Token;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** An effect store of either kind on clocks that the test owns, and what went out of it. */
abstract class EffectBed implements AutoCloseable {
  static final Bytes CLUSTER = Bytes.utf8("cluster");
  static final EffectOptions OPTIONS = EffectOptions.DEFAULTS.cluster(CLUSTER);
  static final Change CHANGE = Change.of("c").supports(1, 3);

  /** What messages went out with: each token once, or the transaction is undone. */
  static final class Sent implements Outbox {
    final List<String> tokens = new CopyOnWriteArrayList<>();

    @Override
    public long send(LocalTx tx, NodeId to, Message message, Token token) {
      if (!tx.once(token)) throw new IllegalStateException("sent twice: " + token);
      if (!token.toString().equals(message.headers().get(TOKEN)))
        throw new IllegalStateException("it does not carry its token");
      tokens.add(token.toString());
      return tokens.size();
    }
  }

  final Sent sent = new Sent();
  private final AtomicReference<Instant> time = new AtomicReference<>(Instant.EPOCH);
  private int version = 1;

  Clocks clocks() {
    return new Clocks(
        () ->
            Instant.parse("2026-11-23T12:00:00Z").plus(Duration.between(Instant.EPOCH, time.get())),
        time::get);
  }

  void pass(Duration by) {
    time.updateAndGet(now -> now.plus(by));
  }

  abstract DeterministicEffectStore effects();

  /** As if the process had been killed and started again. */
  abstract void restart() throws InterruptedException;

  /** What is decided from now on. */
  void flip(int to) {
    version = to;
  }

  <R> Result<R> run(RunKey key, Branch<R> branch) throws InterruptedException {
    return run(CHANGE, key, branch);
  }

  <R> Result<R> run(String key, Branch<R> branch) throws InterruptedException {
    return run(RunKey.of(key), branch);
  }

  /** One branch for all versions, which asks the run which. */
  <R> Result<R> run(Change change, RunKey key, Branch<R> branch) throws InterruptedException {
    var support = change.support();
    var all = Branches.<R>of(change).range(support.min(), support.max(), branch).build();
    var decision = new Decision(version, Decision.Source.COMMITTED, version, RecordId.NONE);
    return effects().execute(change, Subject.NONE, key, () -> Result.ok(decision), all);
  }

  /** What is recorded of a run, in order: {@code step state tries}. */
  List<String> recorded(String key) throws InterruptedException {
    var loaded = effects().ledger().load(CHANGE.name(), key).orThrow();
    var all = new ArrayList<String>();
    loaded.ifPresent(
        run ->
            run.effects().stream()
                .sorted(
                    java.util.Comparator.comparingInt(EffectRow::n).thenComparing(EffectRow::step))
                .forEach(row -> all.add(row.step() + " " + row.st() + " " + row.tries())));
    return all;
  }

  /** How far a run is; empty if its key is not known. */
  String state(String key) throws InterruptedException {
    return effects()
        .ledger()
        .load(CHANGE.name(), key)
        .orThrow()
        .map(run -> run.run().st().name() + (run.run().isGone() ? " gone" : ""))
        .orElse("");
  }

  @Override
  public void close() throws InterruptedException {}

  static EffectBed memory() {
    return new EffectBed() {
      private final MemoryLedger ledger = new MemoryLedger(clocks(), Bytes.utf8("a store"));
      private DeterministicEffectStore effects = DeterministicEffectStore.on(ledger, OPTIONS, sent);

      @Override
      DeterministicEffectStore effects() {
        return effects;
      }

      @Override
      void restart() {
        ledger.restart();
        effects = DeterministicEffectStore.on(ledger, OPTIONS, sent);
      }
    };
  }

  static Durable durable(Path directory) throws InterruptedException {
    return new Durable(directory);
  }

  /** One more store of effects on the same file. */
  static Result<DeterministicEffectStore> another(Durable bed) throws InterruptedException {
    return DeterministicEffectStore.open(bed.store(), OPTIONS, bed.sent);
  }

  /** In a file. */
  static final class Durable extends EffectBed {
    private final Path directory;
    private @Nullable Store store;
    private @Nullable DeterministicEffectStore effects;

    private Durable(Path directory) throws InterruptedException {
      this.directory = directory;
      open();
    }

    private void open() throws InterruptedException {
      var options = StoreOptions.of(directory, "mesh", clocks(), new SplittableRandom(7));
      store = Store.open(options).orThrow();
      effects = DeterministicEffectStore.open(store(), OPTIONS, sent).orThrow();
    }

    Store store() {
      return java.util.Objects.requireNonNull(store);
    }

    @Override
    DeterministicEffectStore effects() {
      return java.util.Objects.requireNonNull(effects);
    }

    @Override
    void restart() throws InterruptedException {
      store().close();
      open();
    }

    long number(String sql) throws InterruptedException {
      return store().read(read -> read.query(sql, row -> row.getLong(1)).getFirst()).orThrow();
    }

    @Override
    public void close() {
      store().close();
    }
  }
}
