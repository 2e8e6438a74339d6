package dev.meshkit.queue;

import dev.meshkit.api.LocalStore;
import dev.meshkit.api.LocalTx;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreAccess;
import dev.meshkit.store.StoreLimits;
import dev.meshkit.store.StoreOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A database of an application's own, without a mesh: for its queues, and for the {@code app_}
 * tables that change together with them. One process at a time has it, from {@link #open} to {@link
 * #close}; beside it lie its log, its lock, and a reserve of 16 MiB for when the disk is full.
 *
 * <p>Thread-safe; calls block for a commit and belong on virtual threads.
 */
public final class QueueFile implements LocalStore {
  /** No node's: a node's database names its cluster and itself. */
  private static final Map<String, String> NOBODYS = Map.of("cluster", "", "node", "");

  private final Path file;
  private final Store store;
  private final StoreAccess access;
  private final Meters meters;
  private final List<DurableQueue<?>> queues = new ArrayList<>(); // guarded by this
  private boolean closed; // guarded by this

  private QueueFile(Path file, Store store, Meters meters) {
    this.file = file;
    this.store = store;
    this.access = new StoreAccess(store, store::close);
    this.meters = meters;
  }

  /**
   * Opens a file, making it at the first time; its directory must exist. Brings an older one up to
   * date. Otherwise {@code error.store.open}, and nothing on the disk has changed; its detail
   * {@code mk} says why: {@code MK-NODE-006} a process has it open (detail {@code pid}), {@code
   * MK-STO-001} it cannot be read and written, or is no database, {@code MK-STO-002} it is another
   * program's, {@code MK-STO-004} a newer MeshKit wrote it, {@code MK-STO-005} it is a node's.
   * {@code error.store.busy}: another program kept it locked for 30 s, try again.
   */
  public static Result<QueueFile> open(Path file) {
    var meters = new Meters(Map.of());
    var options =
        new StoreOptions(
            file, "mesh", Clocks.system(), Chance.secure(), StoreLimits.DEFAULTS, NOBODYS, meters);
    return Store.open(options)
        .map(store -> new QueueFile(file, store, meters))
        .onErr(_ -> meters.close())
        .recover(error -> Result.err(ofAFile(file, error)));
  }

  /**
   * Opens one of its queues, making it at the first time; one of that name that is just being
   * closed is waited for. {@code error.precondition} while a queue of that name is open: two would
   * not see each other.
   */
  public <T> Result<SafeTaskQueue<T>> queue(QueueOptions options, TaskCodec<T> codec)
      throws InterruptedException {
    store.mayWait("opening a queue"); // before the lock: whoever holds it may wait for the writer
    return open(options, codec).map(queue -> queue);
  }

  /** The same, for this package. */
  synchronized <T> Result<DurableQueue<T>> open(QueueOptions options, TaskCodec<T> codec)
      throws InterruptedException {
    for (var other : List.copyOf(queues)) {
      if (!other.options().name().equals(options.name())) continue;
      if (!other.isClosing()) return Result.err(isOpen(options.name()));
      other.close(); // blocks until what it held was given back
    }
    queues.removeIf(DurableQueue::isClosed);
    return DurableQueue.open(store, options, codec).onOk(queues::add);
  }

  /**
   * As of any {@link LocalStore}; with its rows, what it enqueues by {@link
   * SafeTaskQueue#enqueueIn}.
   */
  @Override
  public <R> Result<R> transact(Function<LocalTx, R> work) throws InterruptedException {
    return access.transact(work);
  }

  @Override
  public Result<List<List<Object>>> query(String sql, Object... parameters)
      throws InterruptedException {
    return access.query(sql, parameters);
  }

  @Override
  public Optional<MeshError> failure() {
    return access.failure();
  }

  /**
   * Closes its queues, newest first, and the file. Idempotent; blocks for a few commits, or for 30
   * s if another program keeps it locked: what is leased is then given back, uncharged, as soon as
   * its queue is opened again.
   */
  @Override
  public void close() {
    store.mayWait("closing a file"); // before the lock, too
    end();
  }

  private synchronized void end() {
    if (closed) return;
    closed = true;
    store.ending();
    queues.reversed().forEach(SafeTaskQueue::close);
    store.close();
    meters.close();
  }

  /** The same refusals as a node's, in the words of an application. */
  private static MeshError ofAFile(Path file, MeshError error) {
    var why = error.why();
    return switch (error.details().getOrDefault("mk", "")) {
      case "MK-NODE-006" -> told(error, why, "close it there first, or use another file");
      case "MK-STO-005" ->
          told(error, file + " is a node's database", "give queues a file of their own");
      default -> error;
    };
  }

  private static MeshError told(MeshError error, String why, String fix) {
    MeshError told = MeshError.of(error.code(), error.tried(), why, fix, MeshError.Retry.NEVER);
    for (var detail : error.details().entrySet())
      told = told.with(detail.getKey(), detail.getValue());
    return told;
  }

  private MeshError isOpen(String name) {
    return MeshError.of(
        "error.precondition",
        "opening queue " + name + " in " + file,
        "it is open already",
        "use that one, or close it first",
        MeshError.Retry.NEVER);
  }
}
