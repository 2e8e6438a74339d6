package dev.meshkit.api;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A database as the application that shares it with MeshKit sees it: its own tables, named {@code
 * app_…}, which change together with what MeshKit keeps there, or not at all. A node's is {@link
 * Mesh#store}, that of a node which does not run is {@code MeshKit.store}, and a file without a
 * node is a {@code QueueFile}.
 *
 * <p>Thread-safe. Calls block for one commit or one read, longer only while another program keeps
 * the file locked (30 s), and belong on virtual threads. Interrupting one abandons its answer, not
 * what it does.
 *
 * <pre>
 * code                     means                                                    then
 * error.store.op           the work threw: it is undone                             mend it
 * error.store.busy         another program kept the file locked                     nothing happened
 * error.store.full         the disk is full: nothing is added                       nothing happened
 * error.store.read_only    the disk has become read-only                            nothing happened
 * error.store.overloaded   too much waited to be written                            nothing happened
 * error.store.closed       it is closed, or its node is stopping                    nothing happened
 * error.store.unknown      the disk failed at the commit: it may be there or not    end the process, read what is there
 * error.store.read         a query failed, or is more than a page                   nothing was changed
 * error.validation         a query that may not be run here                         mend it
 * </pre>
 */
public interface LocalStore extends AutoCloseable {
  /**
   * Runs {@code work} in one transaction and commits it; durable when it returns Ok, with the
   * work's answer. It runs where all writing is done, for everybody: no I/O, no waiting, a few
   * milliseconds, or a warning names it; and it may run more than once. Calls that would wait for
   * its own transaction are an {@link IllegalStateException} in it. A {@link MeshException} that it
   * throws undoes it and comes back as its error; anything else as {@code error.store.op}.
   */
  <R> Result<R> transact(Function<LocalTx, R> work) throws InterruptedException;

  /** The same for work without an answer. */
  default Result<Unit> commit(TxWork work) throws InterruptedException {
    return transact(
        tx -> {
          work.run(tx);
          return Unit.UNIT;
        });
  }

  /**
   * The rows of a SELECT on {@code app_} tables as of the last commit; each a list of Long, Double,
   * String, {@link Bytes} or {@link Unit} for NULL. It delays no writer. At most 500 rows, a page:
   * ask for the next with {@code WHERE … > ? ORDER BY … LIMIT}.
   */
  Result<List<List<Object>>> query(String sql, Object... parameters) throws InterruptedException;

  /** Why nothing can be written any more, if the disk failed: the process must start anew. */
  Optional<MeshError> failure();

  /**
   * Closes what {@code MeshKit.store} or {@code QueueFile.open} has opened, once what was begun is
   * committed; a running node's stays open, for the node. Idempotent.
   */
  @Override
  void close();
}
