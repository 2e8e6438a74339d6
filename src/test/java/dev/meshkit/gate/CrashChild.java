package dev.meshkit.gate;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.store.ChildJvm;
import dev.meshkit.store.StoreFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A process that tells {@link CrashStory} and kills itself, -9, at the point named. */
final class CrashChild {
  private CrashChild() {}

  public static void main(String[] arguments) throws InterruptedException {
    var directory = Path.of(arguments[0]);
    var point = arguments[1];
    var store = StoreFixture.open(directory);
    var story = CrashStory.open(store, directory);
    var ledger = new Killing(StoreLedger.open(store).orThrow(), point, new AtomicInteger());
    var effects = DeterministicEffectStore.on(ledger, EffectBed.OPTIONS, story.outbox());
    if (point.startsWith("adopt")) adopt(effects);
    else if (point.equals("in its loop")) loop(effects);
    else CrashStory.told(effects, branch(story, point)).orThrow();
    throw new IllegalStateException("it did not die at " + point);
  }

  private static Branch<String> branch(CrashStory story, String point) {
    return run -> {
      if (point.equals("decided")) kill();
      return story
          .branch(
              "child",
              value -> ChildJvm.say("saw " + value),
              what -> {
                if (point.equals("called " + what)) kill();
              },
              false)
          .run(run);
    };
  }

  /** A service loop that asks for each session which version runs, and dies in its third. */
  private static void loop(DeterministicEffectStore effects) throws InterruptedException {
    adopt(effects);
    var gate = DeterministicGate.open(effects, "eu").orThrow();
    var change = Change.of("crash").supports(1, 2);
    for (var session = 1; session <= 3; session++)
      ChildJvm.say("saw " + gate.decide(change, Subject.NONE).orThrow().version());
    kill();
  }

  private static void adopt(DeterministicEffectStore effects) throws InterruptedException {
    var gate = DeterministicGate.open(effects, "eu").orThrow();
    var entry = new Entry("crash", 2, 1, 2, Rollout.complete(1), 2);
    var record = new RecordId(1, 1, 2);
    gate.adopt(Adoption.of(Scope.GLOBAL, record, List.of(entry), new Adoption.By("ana", "go")))
        .orThrow();
  }

  /** Does not return: whoever calls it waits for the signal. */
  static void kill() {
    ChildJvm.say("K");
    try {
      var pid = Long.toString(ProcessHandle.current().pid());
      new ProcessBuilder("kill", "-9", pid).start().waitFor();
      Thread.currentThread().join();
    } catch (IOException | InterruptedException notKilled) {
      throw new IllegalStateException(notKilled);
    }
  }

  /** A ledger that dies in a transaction, before its COMMIT, or when it is durable and untold. */
  private record Killing(Ledger kept, String point, AtomicInteger commits) implements Ledger {
    @Override
    public <T> Result<T> commit(String name, Function<LedgerTx, Result<T>> work)
        throws InterruptedException {
      return done(name, work, kept::commit);
    }

    @Override
    public <T> Result<T> settle(String name, Function<LedgerTx, Result<T>> work)
        throws InterruptedException {
      return done(name, work, kept::settle);
    }

    /** A way to commit. */
    @FunctionalInterface
    private interface Way<T> {
      Result<T> commit(String name, Function<LedgerTx, Result<T>> work) throws InterruptedException;
    }

    private <T> Result<T> done(String name, Function<LedgerTx, Result<T>> work, Way<T> way)
        throws InterruptedException {
      var n = commits.incrementAndGet();
      var isIn = point.endsWith("in " + n);
      var done =
          way.commit(
              name,
              tx -> {
                var answer = work.apply(tx);
                if (isIn) kill();
                return answer;
              });
      if (point.endsWith("after " + n)) kill();
      return done;
    }

    @Override
    public Bytes uuid() {
      return kept.uuid();
    }

    @Override
    public long boot() {
      return kept.boot();
    }

    @Override
    public Instant wall() {
      return kept.wall();
    }

    @Override
    public Instant clock() {
      return kept.clock();
    }

    @Override
    public Decisions decisions() {
      return kept.decisions();
    }

    @Override
    public Result<Optional<FirstDecision>> first(String change, String subject)
        throws InterruptedException {
      return kept.first(change, subject);
    }

    @Override
    public Result<List<UnfinishedRuns>> unfinished() throws InterruptedException {
      return kept.unfinished();
    }

    @Override
    public Result<List<String>> subjects(String change) throws InterruptedException {
      return kept.subjects(change);
    }

    @Override
    public void mayWait(String what) {
      kept.mayWait(what);
    }

    @Override
    public Result<Optional<Loaded>> load(String change, String key) throws InterruptedException {
      return kept.load(change, key);
    }

    @Override
    public Result<List<Integer>> open(String change) throws InterruptedException {
      return kept.open(change);
    }

    @Override
    public Result<Adopted> adopted() throws InterruptedException {
      return kept.adopted();
    }
  }
}
