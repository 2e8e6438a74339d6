package dev.meshkit.api;

import java.util.List;
import java.util.Optional;

/**
 * This node's part in leading one scope: whether it leads, what runs while it does, and who leads
 * one after the other. Thread-safe; valid as long as its {@link Mesh}.
 *
 * <pre>{@code
 * mesh.leadership(Scope.region("eu")).whenLeader(tenure -> scheduler.run(tenure));
 * }</pre>
 *
 * <p>Authority is necessary, not sufficient: between looking at it and the write it allows a thread
 * may be stopped for as long as it likes. What must never be done by two leaders is guarded where
 * it is done, see {@link LocalTx#guard}.
 */
public interface Leadership {
  /** What is led. */
  Scope scope();

  /**
   * The fence while this node leads and may act, else empty. Lock-free, allocates nothing; empty by
   * itself when the tenure has run out, also if nothing in this process ran meanwhile.
   */
  Optional<Fence> authority();

  /**
   * Runs {@code task} in the tenure that this node has, if it has one, and in each that it gains
   * from now on. For each tenure once, on a virtual thread of its own, whose {@link Fence#current}
   * is the tenure's; it is interrupted when the tenure ends. A task that throws is logged and not
   * run again in that tenure. Returns at once.
   */
  void whenLeader(Lead task);

  /**
   * Who leads now, as far as this node knows, and the number of that change: where to begin with
   * {@link #after}. Never blocks.
   */
  LeaderChange latest();

  /**
   * The changes after that of this number, oldest first; blocks until there is one. Empty once this
   * node has stopped, and only then.
   *
   * <p>The last 256 are kept: who comes later than that gets what is left, and sees by the numbers
   * that some are missing. A number that there has not been yet, as of an earlier run of the node,
   * is answered with the latest change. Whoever asks, and however late, delays nobody else.
   */
  List<LeaderChange> after(long sequence) throws InterruptedException;
}
