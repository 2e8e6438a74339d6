package dev.meshkit.gate;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Meters;
import dev.meshkit.observe.Metric;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

/**
 * Which version of each change runs on this node, and runs of them. Thread-safe.
 *
 * <p>It records decisions, never what a service loop came to: a loop asks {@link #decide} for each
 * session or round, and only work that ends is {@link #execute executed}.
 */
public final class DeterministicGate {
  /** The most changes that a node reports its support of. */
  private static final int MOST_KNOWN = 1_024;

  private final ConcurrentMap<String, Change> known = new ConcurrentHashMap<>();
  private final DeterministicEffectStore effects;
  private final String region;
  private volatile Snapshot snapshot;

  /**
   * What decisions are made from.
   *
   * @param table the entries
   * @param records the newest record of each scope
   */
  private record Snapshot(GateTable table, Map<String, RecordId> records) {}

  private DeterministicGate(DeterministicEffectStore effects, String region, Snapshot snapshot) {
    this.effects = effects;
    this.region = region;
    this.snapshot = snapshot;
  }

  /**
   * Opens the gate of a node over what it adopted last, so that without contact it runs what was
   * committed, and not the baseline. Blocks for a read.
   *
   * @param region the node's: what {@code {region}} in the name of a change stands for
   */
  public static Result<DeterministicGate> open(DeterministicEffectStore effects, String region)
      throws InterruptedException {
    var ledger = effects.ledger();
    return ledger
        .adopted()
        .map(kept -> new DeterministicGate(effects, region, of(kept)))
        .onOk(gate -> ledger.counts().levels(Metric.GATE_VERSION, gate::versions));
  }

  private static Snapshot of(Ledger.Adopted kept) {
    var entries =
        kept.entries().stream().collect(Collectors.toMap(one -> one.entry().change(), one -> one));
    return new Snapshot(new GateTable(entries), kept.records());
  }

  /**
   * Which version runs for a subject; {@code error.version.conflict}, for this work and only this,
   * if this build cannot run it: never the nearest. From memory, without waiting: ask again for
   * each session or round.
   *
   * @throws IllegalArgumentException if the subject is of another kind than the change's
   */
  public Result<Decision> decide(Change change, Subject subject) {
    if (!change.equals(known.get(change.name()))) declare(change);
    return decided(change.in(region), subject);
  }

  private Result<Decision> decided(Change own, Subject subject) {
    var ledger = effects.ledger();
    return ledger
        .counts()
        .decided(own, subject, snapshot.table().decide(own, subject))
        .onOk(decision -> ledger.decisions().note(own, subject, decision));
  }

  private List<Meters.Level> versions() {
    return snapshot.table().entries().values().stream()
        .map(Committed::entry)
        .map(entry -> Meters.Level.of(entry.version(), entry.change()))
        .limit(Meters.OPEN_VALUES)
        .toList();
  }

  /**
   * Has this node say that it can run a change, from now on and not only once it is asked about it:
   * what is advanced without that is refused by nobody, and then by this node. Of one name the last
   * counts; beyond 1,024 names nothing is noted.
   */
  public void declare(Change change) {
    if (known.size() < MOST_KNOWN || known.containsKey(change.name()))
      known.put(change.name(), change);
  }

  /** The changes that this build has, by name, {@code {region}} not put in. */
  public SortedMap<String, Change> known() {
    return new TreeMap<>(known);
  }

  /**
   * The change of this build that goes by a name with the region put in, which may be another's
   * than this node's.
   */
  public Optional<Change> known(String filled) {
    var plain = Optional.ofNullable(known.get(filled)).filter(change -> !change.isRegional());
    if (plain.isPresent()) return plain;
    return known.values().stream().filter(one -> one.region(filled).isPresent()).findFirst();
  }

  /** As of {@link DeterministicEffectStore#uses}. */
  public Result<Map<Integer, Instant>> uses(String filled) throws InterruptedException {
    return effects.uses(filled);
  }

  /** As of {@link DeterministicEffectStore#unfinished}. */
  public Result<List<UnfinishedRuns>> unfinished() throws InterruptedException {
    return effects.unfinished();
  }

  /**
   * Changes when the entry does; 0 without one. From memory: a loop compares, and nobody is called
   * back.
   */
  public long epoch(Change change) {
    return snapshot.table().epoch(change.in(region));
  }

  /**
   * What a subject was given first in the last epoch that this node decided for it in; empty if it
   * has not, or has died before it was written. Blocks for a read.
   */
  public Result<Optional<FirstDecision>> first(Change change, Subject subject)
      throws InterruptedException {
    return effects.ledger().first(change.in(region).name(), subject.text());
  }

  /** Whom this node has decided for in this epoch or the one before, at most 10,000. Blocks. */
  public Result<List<String>> subjects(Change change) throws InterruptedException {
    return effects.ledger().subjects(change.in(region).name());
  }

  /** All entries, for explanations and plans. */
  public GateTable table() {
    return snapshot.table();
  }

  /**
   * Runs a piece of work: as of {@link DeterministicEffectStore#execute}, under the version decided
   * when it began.
   */
  public <R> Result<R> execute(Change change, Subject subject, RunKey key, Branches<R> branches)
      throws InterruptedException {
    declare(change);
    var own = change.in(region);
    return effects.execute(own, subject, key, () -> decided(own, subject), branches);
  }

  /**
   * {@link #execute} for the handler of a queue's task or of a message: what it is to say of it.
   *
   * <pre>
   * the run                                                  the handler says
   * answered                                                 Ack; its rows are the run's, by localTx
   * error.version.conflict, error.deterministic.replay,
   * error.effect.in_doubt, error.fenced, error.draining,
   * error.store.full and what else a store says of the
   * moment, and any error while the node stops               Snooze of 5 s, with the error's text
   * failed for good: an error with retry() = NEVER           Poison
   * failed otherwise                                         Retry
   * </pre>
   *
   * <p>So a task that another build, a later term, an operator or the next start has to mend is
   * charged nothing: it waits, and with it what is behind it in a strict lane, until its time to
   * live is over. Of several errors one of those is enough. Blocks for the run; an error on a
   * thread that is interrupted is an interruption.
   *
   * @param key {@link RunKey#task} of the token of the lease, or of the message received; or one of
   *     the application's own, if it may be sent the same work as two messages
   */
  public Disposition handle(Change change, Subject subject, RunKey key, Branches<?> branches)
      throws InterruptedException {
    var result = execute(change, subject, key, branches);
    if (!result.isOk() && Thread.interrupted()) { // its error may be that of the interruption
      throw new InterruptedException("interrupted while executing " + key.text());
    }
    return Outcome.disposition(result, effects.isClosing());
  }

  /**
   * Takes over what a scope record holds, durably, and decides by it from here on; false, and
   * nothing changes, if it is not newer than the one before of its scope. Blocks for a commit.
   */
  public synchronized Result<Boolean> adopt(Adoption adoption) throws InterruptedException {
    var scope = adoption.scope().text();
    var seen = snapshot.records().getOrDefault(scope, RecordId.NONE);
    if (adoption.record().compareTo(seen) <= 0) return Result.ok(false);
    var adopted = effects.ledger().commit("gate.adopt", tx -> Result.ok(tx.adopt(adoption)));
    if (adopted instanceof Result.Err<Boolean>(var error)) return Result.err(error);
    return effects
        .ledger()
        .adopted()
        .onOk(kept -> snapshot = of(kept))
        .onOk(_ -> effects.ledger().decisions().begin())
        .map(_ -> adopted.orThrow());
  }
}
