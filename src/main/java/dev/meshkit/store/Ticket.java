package dev.meshkit.store;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An operation on its way through the committer, and whom to tell. Confined to the writer thread
 * once it was handed in.
 *
 * @param <T> the answer's type
 */
final class Ticket<T> {
  private final Op<T> op;
  private final Consumer<Result<T>> then;
  private @Nullable T value;
  private Optional<MeshError> culprit = Optional.empty();
  private boolean told;

  Ticket(Op<T> op, Consumer<Result<T>> then) {
    this.op = op;
    this.then = then;
  }

  Op<T> op() {
    return op;
  }

  void apply(StoreTx tx) {
    culprit = Optional.empty(); // it is tried anew
    value = op.work().apply(tx);
  }

  /** It threw where all others had a savepoint of their own too. */
  void culprit(RuntimeException thrown) {
    culprit = Optional.of(StoreException.verdict(op.name(), thrown));
  }

  /** The batch is durable. */
  void committed() {
    tell(
        culprit
            .<Result<T>>map(Result::err)
            .orElseGet(() -> Result.ok(java.util.Objects.requireNonNull(value, op.name()))));
  }

  /** Nothing of the batch is on disk, or nobody knows. */
  void failed(MeshError error) {
    tell(Result.err(error));
  }

  /** A verdict is given once, whatever goes wrong afterwards. */
  private void tell(Result<T> verdict) {
    if (told) return;
    told = true;
    then.accept(verdict);
  }
}
