package dev.meshkit.queue;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.LocalTx;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreTx;
import dev.meshkit.store.Uninterrupted;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A queue in SQLite: what it says it has done is on the disk. The methods hand operations to the
 * store's writer thread, where the roles of this package do the work.
 *
 * @param <T> what tasks carry
 */
final class DurableQueue<T> implements SafeTaskQueue<T> {
  private static final System.Logger LOG = System.getLogger(DurableQueue.class.getName());

  private final Ground ground;
  private final Leasing<T> leasing;
  private final Adding<T> adding;
  private final Settling settling;
  private final Expelling expelling;
  private final Pauses pauses;
  private final Sweeper sweeper;
  private final Orders orders;
  private final Jobs jobs;
  private final DurablePoison poison;
  private final Thread sweep;
  private final Thread look;
  private final Thread watch;
  private @Nullable QueueFile file; // set once, before anybody else has this queue

  private DurableQueue(Ground ground, TaskCodec<T> codec) {
    this.ground = ground;
    var dying = new Dying(ground, new Retaining(ground));
    var packing = new Packing<>(ground.options(), codec);
    this.leasing = new Leasing<>(ground, packing, dying, this::giveBack);
    this.adding = new Adding<>(ground, new Enqueuing<>(ground, packing, leasing));
    this.settling = new Settling(ground, dying, leasing);
    this.expelling = new Expelling(ground, dying);
    this.pauses = new Pauses(ground);
    var deadlines = new Deadlines(ground, settling, pauses);
    this.sweeper = new Sweeper(ground, deadlines, dying, leasing);
    this.orders = new Orders(ground);
    var steps = new Jobs.Steps(new Reviving(ground, leasing), new Cancelling(ground, settling));
    this.jobs = new Jobs(ground, steps);
    this.poison = new DurablePoison(ground, jobs);
    ground.lanes().whenReady(leasing::ready);
    QueueMeters.register(ground);
    var name = "queue-" + ground.options().name();
    this.look = Thread.ofPlatform().daemon().name(name + "-clock").start(pauses::run);
    this.sweep = Thread.ofPlatform().daemon().name(name + "-sweeper").start(sweeper::run);
    this.watch = Thread.ofVirtual().name(name + "-watch").start(this::watch);
  }

  static <T> Result<DurableQueue<T>> open(Store store, QueueOptions options, TaskCodec<T> codec)
      throws InterruptedException {
    var opened =
        store
            .submit(Op.record("queue.open", tx -> Restart.open(tx, store, options)))
            .map(ground -> new DurableQueue<>(ground, codec));
    if (!(opened instanceof Result.Ok<DurableQueue<T>>(var queue))) return opened;
    var resumed = false;
    try {
      var jobs = queue.jobs.resume();
      resumed = jobs.isOk();
      return jobs.map(_ -> queue);
    } finally {
      if (!resumed) queue.close(); // nobody else could
    }
  }

  /** In a file of its own, which is closed with it. */
  static <T> Result<DurableQueue<T>> open(Path file, QueueOptions options, TaskCodec<T> codec)
      throws InterruptedException {
    var opened = QueueFile.open(file);
    if (!(opened instanceof Result.Ok<QueueFile>(var own))) return opened.cast();
    var made = false;
    try {
      var queue = own.open(options, codec).onOk(open -> open.file = own);
      made = queue.isOk();
      return queue;
    } finally {
      if (!made) own.close();
    }
  }

  @Override
  public QueueOptions options() {
    return ground.options();
  }

  @Override
  public Result<Enqueued> enqueue(TaskSpec<T> task) throws InterruptedException {
    return enqueueAll(List.of(task)).map(List::getFirst);
  }

  @Override
  public Result<List<Enqueued>> enqueueAll(List<TaskSpec<T>> tasks) throws InterruptedException {
    return adding.all(tasks);
  }

  @Override
  public Enqueued enqueueIn(LocalTx tx, TaskSpec<T> task) {
    return adding.in(StoreTx.of(tx, ground.store()), task);
  }

  @Override
  public Result<List<Lease<T>>> lease(int max, Duration wait) throws InterruptedException {
    return await(Waiter.any(max), wait);
  }

  @Override
  public Result<List<Lease<T>>> leaseLane(Lane lane, int max, Duration wait)
      throws InterruptedException {
    return await(Waiter.of(lane, max), wait);
  }

  @Override
  public Result<List<Lease<T>>> leaseMore(Lease<T> held, int max) throws InterruptedException {
    ground.store().mayWait("lease");
    if (ground.life().isClosing()) return closed();
    if (max < 1) return Result.err(QueueErrors.noTasks(max));
    return leasing.more(held, max);
  }

  @Override
  public Result<Settled> settle(Lease<T> lease, Disposition said) throws InterruptedException {
    return settleAll(List.of(new Settlement<>(lease, said))).map(List::getFirst);
  }

  @Override
  public Result<List<Settled>> settleAll(List<Settlement<T>> many) throws InterruptedException {
    return ground.life().write(Op.settle("queue.settle", tx -> settling.settleAll(tx, many)));
  }

  @Override
  public Result<Exchanged<T>> exchange(
      List<Settlement<T>> many, Lane lane, Optional<Lease<T>> held, int max)
      throws InterruptedException {
    ground.store().mayWait("settle");
    if (max < 1) return Result.err(QueueErrors.noTasks(max));
    return leasing.after(tx -> settling.settleAll(tx, many), Waiter.of(lane, max), held);
  }

  @Override
  public Result<Duration> heartbeat(Lease<T> lease) {
    if (ground.life().isClosing()) return closed();
    var held = ground.held().get(lease.id().seq());
    if (held == null || held.fence() != lease.fence()) {
      return Result.err(QueueErrors.inactive(lease.id().seq(), lease.fence()));
    }
    var rules = ground.options().leases();
    return held.deadline()
        .extend(ground.monotonic(), rules)
        .map(Result::ok)
        .orElseGet(
            () -> Result.err(QueueErrors.overrun(lease.id().seq(), lease.fence(), rules.maxRun())));
  }

  @Override
  public Result<Settled> await(TaskId id, Duration wait) throws InterruptedException {
    ground.store().mayWait("await");
    if (ground.life().isClosing()) return closed();
    if (!ground.seqs().mayHaveGiven(id.seq())) return Result.err(QueueErrors.unknown(id));
    var ended = ground.endings().await(id.seq(), Horizon.of(wait), () -> poison.ended(id));
    return ended.orElseGet(() -> Result.err(ground.life().inVain(wait, "waiting for task " + id)));
  }

  @Override
  public Result<Integer> cancel(TaskFilter which, Audit by) throws InterruptedException {
    if (ground.life().isClosing()) return closed();
    if (by.reason().isBlank()) return Result.err(QueueErrors.noReason("canceling"));
    return jobs.whole(jobs.cancel(which), by).map(job -> Math.toIntExact(job.done()));
  }

  @Override
  public Result<Integer> expel(Lane lane, int max, Supplier<Optional<MeshError>> why)
      throws InterruptedException {
    if (max < 1) return Result.err(QueueErrors.noTasks(max));
    return ground.life().write(Op.settle("queue.expel", tx -> expelling.expel(tx, lane, max, why)));
  }

  @Override
  public Result<Long> pause(Target what, Audit by) throws InterruptedException {
    return orders.mark(what, by, true);
  }

  @Override
  public Result<Long> resume(Target what, Audit by) throws InterruptedException {
    return orders.mark(what, by, false);
  }

  @Override
  public Result<Unit> weigh(Lane lane, int weight, Audit by) throws InterruptedException {
    return orders.weigh(lane, weight, by);
  }

  @Override
  public void linkUp(String laneKey) {
    if (ground.breakers().linkUp(laneKey)) leasing.wider(laneKey);
  }

  @Override
  public boolean awaitRelief(Duration wait) throws InterruptedException {
    ground.store().mayWait("awaitRelief");
    return ground.lanes().room().awaitRelief(Horizon.of(wait));
  }

  @Override
  public QueueStats stats() {
    var lanes =
        ground.lanes().all().stream()
            .map(state -> state.published().stats(state.lane()))
            .sorted(Comparator.comparing(LaneStats::lane))
            .toList();
    return new QueueStats(ground.options().name(), ground.lanes().paused(), lanes);
  }

  @Override
  public Optional<LaneStats> stats(Lane lane) {
    return ground.lanes().find(lane).map(state -> state.published().stats(lane));
  }

  @Override
  public List<LaneFlow> flows() {
    return ground.lanes().all().stream()
        .map(LaneState::flow)
        .sorted(Comparator.comparing(LaneFlow::lane))
        .toList();
  }

  @Override
  public Result<List<LaneFront>> fronts() throws InterruptedException {
    var now = ground.nowMs();
    return ground.life().read(read -> LaneTable.fronts(read, ground.qid(), now));
  }

  @Override
  public long nextOrigin(Lane lane) {
    return ground
        .lanes()
        .find(lane)
        .map(state -> state.published().nextOrigin())
        .orElseGet(() -> ground.seqs().known() + 1);
  }

  @Override
  public PoisonQueue poison() {
    return poison;
  }

  @Override
  public void close() {
    ground.store().mayWait("closing a queue");
    if (file != null) ground.store().ending();
    if (ground.life().close()) end();
    else ground.life().awaitClosed();
    if (file != null) file.close();
  }

  private void end() {
    look.interrupt();
    sweep.interrupt();
    watch.interrupt();
    leasing.close();
    jobs.close();
    sendHome();
    try {
      giveAllBack();
    } finally {
      ground.life().closed();
    }
  }

  private void giveAllBack() {
    Uninterrupted.run( // what was leased is given back all the same, and twice does no harm
        () -> {
          var left = ground.store().submit(Op.settle("queue.close", settling::releaseAll));
          if (!(left instanceof Result.Err<Unit>(var error))) return;
          ground.store().owe();
          LOG.log(Level.WARNING, "leases were not given back: {0}", error.text());
        });
  }

  /** Whoever waits for something to happen in this queue. */
  private void sendHome() {
    ground.lanes().room().close();
    ground.endings().close();
    ground.dead().close();
  }

  /** A store that has ended serves nobody any more: those who wait are told so. */
  private void watch() {
    try {
      leasing.fail(ground.store().awaitEnd());
      sendHome();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // close() asked for it: the thread ends here
    }
  }

  @Override
  public boolean isOver() {
    return ground.life().isClosing() || ground.store().end().isPresent();
  }

  /** Whether it is closed, or about to be. */
  boolean isClosing() {
    return ground.life().isClosing();
  }

  /** Whether it is closed, and what it held was given back. */
  boolean isClosed() {
    return ground.life().isClosed();
  }

  @Override
  public InstantSource monotonic() {
    return ground.store().clocks().monotonic();
  }

  /** Callers that wait for room just now. */
  int waitingForRoom() {
    return ground.lanes().room().waiting();
  }

  /** One look at the clocks, for tests that own them. */
  void tick() throws InterruptedException {
    sweeper.tick();
  }

  /** When the sweeper would look at the clocks next, for tests. */
  Instant nextTick() {
    return sweeper.plan();
  }

  /** A look at the clock alone, and when the next one is to be, for tests. */
  Instant look() {
    return pauses.plan();
  }

  /** How often the deadlines of all leases were looked at, for tests. */
  long looks() {
    return sweeper.looks();
  }

  private Result<List<Lease<T>>> await(Waiter<T> waiter, Duration wait)
      throws InterruptedException {
    ground.store().mayWait("lease");
    if (ground.life().isClosing()) return closed();
    if (waiter.max() < 1) return Result.err(QueueErrors.noTasks(waiter.max()));
    return leasing.await(waiter, Horizon.of(wait));
  }

  /** What nobody will work on goes back, uncharged; on the writer thread or a worker's. */
  private void giveBack(List<Lease<T>> leases) {
    if (leases.isEmpty()) return;
    var release =
        leases.stream().map(lease -> new Settlement<>(lease, new Disposition.Release())).toList();
    var op = Op.settle("queue.giveback", tx -> settling.settleAll(tx, release));
    var taken = ground.store().submit(op, _ -> {});
    if (!taken) LOG.log(Level.WARNING, "{0} leases must run out: the store is full", leases.size());
  }

  private <R> Result<R> closed() {
    return Result.err(ground.life().error());
  }
}
