package dev.meshkit.queue;

import dev.meshkit.api.LocalTx;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Op;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreLimits;
import dev.meshkit.store.StoreOptions;
import dev.meshkit.store.StoreTx;
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
public final class QueueFile implements AutoCloseable {
  /** No node's: a node's database names its cluster and itself. */
  private static final Map<String, String> NOBODYS = Map.of("cluster", "", "node", "");

  private final Path file;
  private final Store store;
  private final Meters meters;
  private final List<DurableQueue<?>> queues = new ArrayList<>(); // guarded by this
  private boolean closed; // guarded by this

  private QueueFile(Path file, Store store, Meters meters) {
    this.file = file;
    this.store = store;
    this.meters = meters;
  }

  /**
   * Opens a file, making it at the first time; its directory must exist. Brings an older one up to
   * date. Otherwise {@code error.store.open}, and nothing on the disk has changed; its detail
   * {@code mk} says why: {@code MK-NODE-006} a process has it open (detail {@code pid}), {@code
   * MK-STO-001} it cannot be read and written, or is no database, {@code MK-STO-002} it is another
   * program's, {@code MK-STO-004} a newer MeshKit wrote it, {@code MK-STO-005} it is a node's.
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
   * Opens one of its queues, making it at the first time. {@code error.precondition} while a queue
   * of that name is open: two would not see each other.
   */
  public <T> Result<SafeTaskQueue<T>> queue(QueueOptions options, TaskCodec<T> codec)
      throws InterruptedException {
    return open(options, codec).map(queue -> queue);
  }

  /** The same, for this package. */
  synchronized <T> Result<DurableQueue<T>> open(QueueOptions options, TaskCodec<T> codec)
      throws InterruptedException {
    queues.removeIf(SafeTaskQueue::isOver);
    if (queues.stream().anyMatch(open -> open.options().name().equals(options.name())))
      return Result.err(isOpen(options.name()));
    return DurableQueue.open(store, options, codec).onOk(queues::add);
  }

  /**
   * Runs {@code work} in one transaction and commits it: its rows in {@code app_} tables, and what
   * it enqueues by {@link SafeTaskQueue#enqueueIn}. It runs where all writing is done: no I/O, no
   * waiting, a few milliseconds; and it may run more than once. A {@link MeshException} that it
   * throws undoes it and comes back as its error, anything else as {@code error.store.op}.
   */
  public <R> Result<R> transact(Function<LocalTx, R> work) throws InterruptedException {
    return store
        .submit(Op.enqueue("app.transact", 0, tx -> transacted(tx, work)))
        .flatMap(done -> done);
  }

  private static <R> Result<R> transacted(StoreTx tx, Function<LocalTx, R> work) {
    var value = new ArrayList<R>(1);
    var thrown = tx.guarded("app.transact", app -> value.add(work.apply(app)));
    if (thrown.isEmpty()) return Result.ok(value.getFirst());
    if (thrown.get() instanceof MeshException told) return Result.err(told.error());
    throw thrown.get();
  }

  /** Why nothing can be written any more, if that is so: the process must start anew. */
  public Optional<MeshError> failure() {
    return store.failure();
  }

  /** Closes its queues, newest first, and the file. Idempotent; blocks for a few commits. */
  @Override
  public synchronized void close() {
    if (closed) return;
    closed = true;
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
