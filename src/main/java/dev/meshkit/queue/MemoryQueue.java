package dev.meshkit.queue;

import dev.meshkit.api.Disposition;
import dev.meshkit.api.LocalTx;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.runtime.Clocks;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A queue in memory, with the promises of one in a file but the one that it outlives its process.
 * It has no thread: what time does to it is done when somebody calls, or waits.
 *
 * @param <T> what tasks carry
 */
final class MemoryQueue<T> implements SafeTaskQueue<T> {
  private final MemoryGround ground;
  private final Packing<T> packing;
  private final MemoryAdding<T> adding;
  private final MemoryLeasing<T> leasing;
  private final MemorySettling settling;
  private final MemoryDying dying;
  private final MemoryOrders orders;
  private final MemoryDoor door;
  private final MemoryPoison poison;
  private final Room room;

  /** Without tasks. */
  MemoryQueue(QueueOptions options, TaskCodec<T> codec, Clocks clocks) {
    this.ground = MemoryGround.of(options, new MemoryClock(clocks));
    this.packing = new Packing<>(options, codec);
    this.dying = new MemoryDying(ground);
    this.adding = new MemoryAdding<>(ground, packing, dying);
    this.leasing = new MemoryLeasing<>(ground, packing, dying);
    this.settling = new MemorySettling(ground, dying);
    var jobs = new MemoryJobs(ground, dying);
    this.room = new Room(options.name(), options.capacity());
    this.door = new MemoryDoor(ground, new MemoryTime(ground, settling, dying, jobs), room);
    this.orders = new MemoryOrders(ground, door, settling, jobs);
    this.poison = new MemoryPoison(ground, door, jobs);
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
    if (door.isClosed()) return Result.err(door.error());
    var checked = packing.check(tasks);
    if (!(checked instanceof Result.Ok<List<Packing.Packed>>(var packed))) return checked.cast();
    var added = door.change(tx -> adding.addAll(tx, packed));
    var capacity = ground.options().capacity();
    var blocks = capacity.atLimit() == QueueOptions.AtLimit.BLOCK;
    if (!blocks || !Adding.isFull(added)) return added;
    var until = ground.clock().monotonic().plus(capacity.patience());
    var wait =
        new Room.Wait<>(
            () -> door.change(tx -> adding.addAll(tx, packed)), Adding::isFull, door::isClosed);
    var tried = room.retry(wait, () -> Duration.between(ground.clock().monotonic(), until));
    return Adding.isFull(tried) && door.isClosed() ? Result.err(door.error()) : tried;
  }

  @Override
  public Enqueued enqueueIn(LocalTx tx, TaskSpec<T> task) {
    if (!(tx instanceof MemoryTx memory) || !door.holds(memory))
      throw new IllegalArgumentException("not a transaction of this queue: " + tx.getClass());
    if (door.isClosed()) throw new MeshException(door.error());
    var packed = packing.check(List.of(task)).orThrow();
    var mark = memory.mark();
    var added = adding.addAll(memory, packed);
    if (!added.isOk()) memory.rollBackTo(mark);
    return added.orThrow().getFirst();
  }

  @Override
  public Result<List<Lease<T>>> lease(int max, Duration wait) throws InterruptedException {
    return await(max, tx -> leasing.any(tx, max), wait);
  }

  @Override
  public Result<List<Lease<T>>> leaseLane(Lane lane, int max, Duration wait)
      throws InterruptedException {
    return await(max, tx -> leasing.of(tx, lane, max), wait);
  }

  @Override
  public Result<List<Lease<T>>> leaseMore(Lease<T> held, int max) throws InterruptedException {
    return await(max, tx -> leasing.more(tx, held, max), Duration.ZERO);
  }

  private Result<List<Lease<T>>> await(
      int max, Function<MemoryTx, List<Lease<T>>> take, Duration wait) throws InterruptedException {
    if (door.isClosed()) return Result.err(door.error());
    if (max < 1) return Result.err(QueueErrors.noTasks(max));
    var got =
        door.await(
            wait,
            tx ->
                Optional.of(door.isClosed() ? List.<Lease<T>>of() : take.apply(tx))
                    .filter(leases -> !leases.isEmpty()));
    return Result.ok(got.map(List::copyOf).orElseGet(List::of));
  }

  @Override
  public Result<Settled> settle(Lease<T> lease, Disposition said) {
    return settleAll(List.of(new Settlement<>(lease, said))).map(List::getFirst);
  }

  @Override
  public Result<List<Settled>> settleAll(List<Settlement<T>> many) {
    return door.change(tx -> Result.ok(settling.settleAll(tx, many)));
  }

  @Override
  public Result<Duration> heartbeat(Lease<T> lease) {
    return door.read(
        () ->
            ground
                .book()
                .held(lease.id().seq())
                .filter(task -> task.now().fence() == lease.fence())
                .map(task -> extended(lease, task))
                .orElseGet(
                    () -> Result.err(QueueErrors.inactive(lease.id().seq(), lease.fence()))));
  }

  private Result<Duration> extended(Lease<T> lease, MemoryTask task) {
    var rules = ground.options().leases();
    return task.now()
        .deadline()
        .extend(ground.clock().monotonic(), rules)
        .map(Result::ok)
        .orElseGet(
            () -> Result.err(QueueErrors.overrun(lease.id().seq(), lease.fence(), rules.maxRun())));
  }

  @Override
  public Result<Settled> await(TaskId id, Duration wait) throws InterruptedException {
    if (door.isClosed()) return Result.err(door.error());
    if (!door.look(() -> ground.book().gave(id.seq()))) return Result.err(QueueErrors.unknown(id));
    var watched = door.look(() -> watch(id.seq()));
    try {
      var ended = door.await(wait, _ -> ended(id));
      return ended.orElseGet(() -> Result.err(inVain(wait, "waiting for task " + id)));
    } finally {
      door.look(
          () -> {
            ground.endings().unwatch(watched);
            return Unit.UNIT;
          });
    }
  }

  private MeshError inVain(Duration wait, String what) {
    return door.isClosed() ? door.error() : new MeshError.TimedOut(wait, what);
  }

  private long watch(long seq) {
    ground.endings().watch(seq);
    return seq;
  }

  private Optional<Result<Settled>> ended(TaskId id) {
    var seen = ground.endings().of(id.seq());
    if (seen.isPresent()) return seen.map(Result::ok);
    if (ground.book().task(id.seq()).isPresent()) return Optional.empty();
    return ground
        .dead()
        .of(id)
        .map(dead -> Result.<Settled>ok(new Settled.Dead(dead.did(), dead.reason())))
        .or(() -> Optional.of(ground.endings().lost(id)));
  }

  @Override
  public Result<Integer> cancel(TaskFilter which, Audit by) {
    return orders.cancel(which, by);
  }

  @Override
  public Result<Integer> expel(Lane lane, int max, Supplier<Optional<MeshError>> why) {
    if (max < 1) return Result.err(QueueErrors.noTasks(max));
    return door.change(
        tx ->
            Result.ok(
                ground
                    .book()
                    .find(lane)
                    .map(found -> dying.expel(tx, found, max, why.get()))
                    .orElse(0)));
  }

  @Override
  public Result<Long> pause(Target what, Audit by) {
    return orders.mark(what, by, true);
  }

  @Override
  public Result<Long> resume(Target what, Audit by) {
    return orders.mark(what, by, false);
  }

  @Override
  public Result<Unit> weigh(Lane lane, int weight, Audit by) {
    return orders.weigh(lane, weight, by);
  }

  @Override
  public void linkUp(String laneKey) {
    if (ground.breakers().linkUp(laneKey)) door.nudge();
  }

  @Override
  public boolean awaitRelief(Duration wait) throws InterruptedException {
    door.mayWait();
    return room.awaitRelief(wait);
  }

  @Override
  public QueueStats stats() {
    return door.look(
        () -> {
          var book = ground.book();
          var lanes = book.lanes().stream().map(lane -> lane.counts().stats(lane.lane())).toList();
          return new QueueStats(ground.options().name(), book.paused(), lanes);
        });
  }

  @Override
  public Optional<LaneStats> stats(Lane lane) {
    return door.look(() -> ground.book().find(lane).map(found -> found.counts().stats(lane)));
  }

  @Override
  public List<LaneFlow> flows() {
    return door.look(() -> ground.book().flows());
  }

  @Override
  public Result<List<LaneFront>> fronts() {
    return door.read(
        () ->
            Result.ok(
                ground.book().lanes().stream().flatMap(lane -> front(lane).stream()).toList()));
  }

  private Optional<LaneFront> front(MemoryLane lane) {
    var held = ground.book().held().stream().filter(task -> task.lane() == lane).findFirst();
    var ready = Optional.ofNullable(lane.ready().firstEntry()).map(entry -> entry.getValue());
    var holder = ground.book().task(lane.counts().hold());
    var untilMs = holder.map(task -> task.now().dueMs() - ground.clock().nowMs()).orElse(0L);
    var first =
        Stream.concat(held.stream(), ready.stream())
            .min(Comparator.comparingLong(task -> task.row().ord()));
    return holder
        .or(() -> first)
        .map(
            front ->
                new LaneFront(
                    lane.lane(),
                    Instant.ofEpochMilli(front.row().enqueuedWallMs()),
                    Duration.ofMillis(Math.max(0, untilMs)),
                    ground.book().pausedBy(lane),
                    holder.map(MemoryQueue::hold).orElse(LaneFront.Hold.NONE)));
  }

  private static LaneFront.Hold hold(MemoryTask task) {
    var row = task.row();
    return LaneFront.Hold.of(row.seq(), row.attempt(), row.maxAttempt(), row.errors());
  }

  @Override
  public long nextOrigin(Lane lane) {
    return door.look(
        () -> ground.book().find(lane).map(found -> found.counts().nextOrigin()).orElse(1L));
  }

  @Override
  public PoisonQueue poison() {
    return poison;
  }

  @Override
  public boolean isOver() {
    return door.isClosed();
  }

  @Override
  public InstantSource monotonic() {
    return ground.clock().clocks().monotonic();
  }

  @Override
  public void close() {
    door.close(settling::releaseAll);
    room.close();
  }

  /** Has time do what is due, and those who wait look, for tests that own the clocks. */
  void tick() {
    door.nudge();
  }
}
