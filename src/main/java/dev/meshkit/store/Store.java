package dev.meshkit.store;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One SQLite file: opened, checked, migrated, and written by one thread in groups. Thread-safe.
 *
 * <p>Codes: {@code error.store.open} (with a {@code mk} detail), {@code error.store.busy}, {@code
 * error.store.full}, {@code error.store.op}, {@code error.store.closed}, {@code
 * error.store.overloaded} (nothing happened), {@code error.store.unknown} (it may have happened;
 * the store has failed and the node must stop).
 */
@SuppressWarnings("DoNotCallSuggester") // until the bodies land
public final class Store implements AutoCloseable {
  private Store() {}

  /**
   * Locks, opens, checks and migrates a file. Errors carry the detail {@code mk}: {@code
   * MK-NODE-006} (another process has it), {@code MK-STO-004} (newer than this program), {@code
   * MK-STO-001…} otherwise; nothing on disk has changed then.
   */
  public static Result<Store> open(StoreOptions options) {
    throw new UnsupportedOperationException(options.toString());
  }

  /**
   * Runs an operation and blocks until it is durable, refused, or in doubt. Interrupting the caller
   * abandons the answer, not the operation.
   */
  public <T> Result<T> submit(Op<T> op) throws InterruptedException {
    throw new InterruptedException(op.name());
  }

  /**
   * Hands an operation over without waiting; {@code then} gets the verdict on the writer thread and
   * may do no more than offer it to a mailbox. False, and nothing happens, when the queue is full
   * or the store is closed or has failed.
   */
  public <T> boolean submit(Op<T> op, Consumer<Result<T>> then) {
    throw new UnsupportedOperationException(op.name());
  }

  /** Runs a read on one of the two reader threads and blocks for its answer. */
  public <T> Result<T> read(Function<Reading, T> read) throws InterruptedException {
    throw new InterruptedException();
  }

  /** This file's identity: 16 bytes, made when the file was. */
  public Bytes uuid() {
    throw new UnsupportedOperationException();
  }

  /** How often this file has been opened, this time included. */
  public long boot() {
    throw new UnsupportedOperationException();
  }

  /** The text values of the table {@code meta} as they were at the start, by key. */
  public Map<String, String> meta() {
    throw new UnsupportedOperationException();
  }

  /** The queue clock: monotonic, goes on across restarts, never follows the wall clock's jumps. */
  public InstantSource clock() {
    throw new UnsupportedOperationException();
  }

  /** Why the store has failed, if it has. */
  public Optional<MeshError> failure() {
    throw new UnsupportedOperationException();
  }

  /** Blocks until the store fails; the node then stops with exit code 12. */
  public MeshError awaitFailure() throws InterruptedException {
    throw new InterruptedException();
  }

  /** Finishes what was handed in, marks a clean stop, closes the files. Idempotent. */
  @Override
  public void close() {}
}
