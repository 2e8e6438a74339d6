package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Outbox;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.config.GateConfig;
import dev.meshkit.election.Author;
import dev.meshkit.election.Gate;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.gate.Adoption;
import dev.meshkit.gate.Change;
import dev.meshkit.gate.DeterministicEffectStore;
import dev.meshkit.gate.DeterministicGate;
import dev.meshkit.gate.EffectOptions;
import dev.meshkit.gate.Entry;
import dev.meshkit.gate.RecordId;
import dev.meshkit.gate.UnfinishedRuns;
import dev.meshkit.observe.BuildInfo;
import dev.meshkit.observe.Metric;
import dev.meshkit.pipeline.Compensation;
import dev.meshkit.runtime.Loops;
import dev.meshkit.store.Store;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Semaphore;

/**
 * The gate of a node: it adopts what the views of its own region and of the whole mesh hold, before
 * the node is ready and whenever they are newer. Thread-safe.
 */
final class Gates {
  private static final System.Logger LOG = System.getLogger(Gates.class.getName());
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration SWEEP = Duration.ofMinutes(1);

  private final Store mesh;
  private final Views views;
  private final DeterministicEffectStore effects;
  private final DeterministicGate gate;
  private final Set<Scope> scopes;
  private final String region;
  private final ConcurrentSkipListSet<Scope> pending = new ConcurrentSkipListSet<>();
  private final Semaphore news = new Semaphore(0);
  private final Followed followed = new Followed();

  private Gates(
      Store mesh,
      Views views,
      DeterministicEffectStore effects,
      DeterministicGate gate,
      String region) {
    this.mesh = mesh;
    this.views = views;
    this.effects = effects;
    this.gate = gate;
    this.region = region;
    this.scopes = Set.of(Scope.GLOBAL, Scope.region(region));
  }

  /**
   * Opens the effects and the gate of a node, and adopts what it knew before; blocks for commits.
   *
   * @param self whose region's record it goes by, beside that of the whole
   * @param mesh the database of runs and effects
   * @param options the cluster by which shared runs are named, and for how long they are kept
   * @param outbox where effects put messages
   * @param views what is committed
   * @param ends closes the effects
   */
  static Result<Gates> open(
      NodeId self, Store mesh, EffectOptions options, Outbox outbox, Views views, Compensation ends)
      throws InterruptedException {
    var effects = DeterministicEffectStore.open(mesh, options, outbox);
    if (!(effects instanceof Result.Ok<DeterministicEffectStore>(var store))) return effects.cast();
    ends.onFailure("begin no run any more", store::close);
    var opened = DeterministicGate.open(store, self.region());
    if (!(opened instanceof Result.Ok<DeterministicGate>(var gate))) return opened.cast();
    gate.declare(TransportRule.CHANGE);
    var gates = new Gates(mesh, views, store, gate, self.region());
    for (var scope : gates.scopes) {
      var adopted = gates.adopt(scope);
      if (!adopted.isOk()) return adopted.cast();
    }
    views.watch(gates::viewed);
    return Result.ok(gates);
  }

  /** How a node of a cluster keeps its runs. */
  static EffectOptions options(GateConfig config, String cluster) {
    return EffectOptions.DEFAULTS
        .cluster(Bytes.utf8(cluster))
        .kept(config.runKeep(), config.runTombstone())
        .build(BuildInfo.current().version());
  }

  /** What runs as long as the node does. */
  List<Loops.Loop> loops() {
    return List.of(new Loops.Loop("gate", this::run), new Loops.Loop("effects", this::sweep));
  }

  DeterministicGate gate() {
    return gate;
  }

  DeterministicEffectStore effects() {
    return effects;
  }

  /**
   * Until this node decides by this version of a scope's record or, of a region that is not its
   * own, knows it; {@link Followed#await}.
   */
  boolean awaitRecord(Scope scope, long version, Duration within) throws InterruptedException {
    return followed.await(scope, version, within);
  }

  /** Which view of its own scopes it was does not matter: the newest is adopted. */
  private void viewed(Scope scope, ScopeRecord view) {
    if (scopes.contains(scope)) toAdopt(scope);
    else followed.upTo(scope, view.id().version());
  }

  private void toAdopt(Scope scope) {
    if (pending.add(scope)) news.release();
  }

  /** Adopts what comes, until interrupted. What could not be written is tried again. */
  private void run() throws InterruptedException {
    while (true) {
      news.acquire();
      var scope = pending.pollFirst();
      if (scope == null) continue;
      var adopted = adopt(scope);
      if (!(adopted instanceof Result.Err<Optional<ScopeRecord>>(var error))) {
        adopted.orThrow().ifPresent(this::delayed);
        continue;
      }
      LOG.log(Level.WARNING, "the record of {0} was not adopted: {1}", scope, error.text());
      toAdopt(scope);
      Thread.sleep(PAUSE);
    }
  }

  /**
   * The record that was adopted, if it is newer. Errors are the store's only: what cannot be read
   * now cannot be read later either.
   */
  private Result<Optional<ScopeRecord>> adopt(Scope scope) throws InterruptedException {
    var view = views.of(scope);
    if (view.isEmpty()) return Result.ok(Optional.empty());
    var adopted =
        switch (adoption(scope, view.get())) {
          case Result.Ok<Adoption>(var adoption) ->
              gate.adopt(adoption).map(isNewer -> view.filter(_ -> isNewer));
          case Result.Err<Adoption>(var error) -> {
            passedOver(scope, view.get(), error);
            yield Result.<Optional<ScopeRecord>>ok(Optional.empty());
          }
        };
    if (adopted.isOk()) followed.upTo(scope, view.get().id().version());
    return adopted;
  }

  /** How long a change of a gate took to get here; most records change none. */
  private void delayed(ScopeRecord record) {
    var id = id(record);
    for (var one : gate.table().entries().values()) {
      if (!one.record().equals(id)) continue;
      GateCommandId.last(record.content().audit(), one.entry().change()).ifPresent(this::delayed);
    }
  }

  private void delayed(Author by) {
    var took = Duration.between(by.wall(), mesh.clocks().wall().instant());
    mesh.meters().time(Metric.GATE_ADOPT_DELAY_SECONDS, took.isNegative() ? Duration.ZERO : took);
  }

  /** Half a record is not what the quorum agreed on: what was adopted before stays. */
  private static void passedOver(Scope scope, ScopeRecord view, MeshError error) {
    LOG.log(
        Level.WARNING,
        "the gates of {0} stay as they were, not as of record {1}: {2}",
        scope,
        id(view),
        error.text());
  }

  /** Which record it is, in the words of the gate. */
  static RecordId id(ScopeRecord view) {
    return new RecordId(view.content().generation(), view.id().term(), view.id().version());
  }

  /** What a record says of gates, or that an entry of it cannot be read. */
  static Result<Adoption> adoption(Scope scope, ScopeRecord view) {
    var entries = new ArrayList<Entry>();
    for (var committed : view.content().gates()) {
      var read = entry(committed);
      if (!(read instanceof Result.Ok<Entry>(var entry))) return read.cast();
      entries.add(entry);
    }
    var by = new HashMap<String, Adoption.By>();
    for (var entry : entries)
      GateCommandId.last(view.content().audit(), entry.change())
          .map(author -> new Adoption.By(author.actor(), author.reason()))
          .ifPresent(author -> by.put(entry.change(), author));
    return Result.ok(new Adoption(scope, id(view), entries, by));
  }

  /** What an entry of a record says, or that it cannot be read. */
  static Result<Entry> entry(Gate committed) {
    return Entry.read(
        committed.change(),
        committed.version(),
        committed.min(),
        committed.max(),
        committed.rollout(),
        committed.epoch());
  }

  /**
   * What is committed of this build's changes that it cannot run: that work it refuses. Of the
   * transport in every region, since links reach into others.
   */
  List<MeshError> conflicts() {
    var all = new ArrayList<MeshError>();
    var entries = gate.table().entries();
    for (var change : gate.known().values()) {
      var committed = entries.get(change.in(region).name());
      if (committed != null) conflict(change, committed.entry()).ifPresent(all::add);
    }
    TransportRule.entries(views.all())
        .forEach(
            (elsewhere, by) -> {
              if (!elsewhere.equals(region))
                conflict(TransportRule.CHANGE, by.entry()).ifPresent(all::add);
            });
    return all;
  }

  private static Optional<MeshError> conflict(Change change, Entry entry) {
    var support = change.support();
    var isPartial = !entry.rollout().isComplete();
    var version = support.has(entry.version()) ? entry.prior() : entry.version();
    if (support.has(entry.version()) && (!isPartial || support.has(entry.prior())))
      return Optional.empty();
    return Optional.of(
        MeshError.of(
                "error.version.conflict",
                "running " + entry.change(),
                "version " + version + " is committed, and this build runs " + support,
                version > support.max()
                    ? "upgrade this node, or roll back: meshkit gate rollback " + entry.change()
                    : "run a build that still has it, or move on: meshkit gate set "
                        + entry.change(),
                MeshError.Retry.NEVER)
            .with("mk", "MK-GAT-005"));
  }

  /**
   * Runs that nobody here can end: parked ones, and those that began under a version which this
   * build lacks. Blocks for a read.
   */
  List<MeshError> stuck() {
    try {
      return effects
          .unfinished()
          .map(this::stuck)
          .recover(error -> Result.ok(List.of(error)))
          .orThrow();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  private List<MeshError> stuck(List<UnfinishedRuns> all) {
    var stuck = new ArrayList<MeshError>();
    for (var runs : all) {
      var name = runs.change() + "::v" + runs.version();
      if (runs.parked() > 0)
        stuck.add(
            MeshError.of(
                    "error.deterministic.replay",
                    "running " + name,
                    "parked, since their branch does other things than they have recorded: "
                        + runs.parked(),
                    "run a build that fits, or give them up: meshkit runs list, meshkit runs abandon",
                    MeshError.Retry.NEVER)
                .with("mk", "MK-GAT-010"));
      var support = gate.known(runs.change()).map(Change::support);
      if (support.isPresent() && !support.get().has(runs.version()))
        stuck.add(
            MeshError.of(
                    "error.version.conflict",
                    "running " + name,
                    "begun, and not over, under a version that this build lacks, which runs "
                        + (support.get() + ": " + runs.number()),
                    "run a build that has it until they are over, or give them up: meshkit runs list",
                    MeshError.Retry.NEVER)
                .with("mk", "MK-GAT-005"));
    }
    return stuck;
  }

  /** Forgets runs that ended long enough ago, until interrupted. */
  private void sweep() throws InterruptedException {
    while (true) {
      var swept = effects.sweep();
      if (swept instanceof Result.Err<Boolean>(var error))
        LOG.log(Level.WARNING, "old runs were not forgotten: {0}", error.text());
      if (!swept.equals(Result.ok(true))) Thread.sleep(SWEEP);
    }
  }
}
