package dev.meshkit.node;

import dev.meshkit.api.Fence;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * This node's authority over one scope, as any thread may ask for it: one immutable snapshot and
 * the clock. Lock-free; empty by itself once the tenure has run out, whether the loop runs or not
 * (E19).
 */
final class TenureBox {
  private static final Snapshot NOTHING = new Snapshot(Optional.empty(), Instant.MAX, Instant.MIN);

  private final InstantSource monotonic;
  private volatile Snapshot snapshot = NOTHING; // written by the scope's loop only

  /** Of one scope, on the clock of its election. */
  TenureBox(InstantSource monotonic) {
    this.monotonic = monotonic;
  }

  /** The answer is made once here, so that asking allocates nothing. */
  @SuppressWarnings("OptionalUsedAsFieldOrParameterType")
  private record Snapshot(Optional<Fence> fence, Instant since, Instant until) {}

  /**
   * Authority from now until then; called again to extend it, which does not begin it anew: by a
   * clock that has gone back it is off until the election has ended it.
   */
  void open(Fence fence, Instant until) {
    var before = snapshot;
    var now = monotonic.instant();
    var goneBack = before.fence().filter(fence::equals).isPresent() && now.isBefore(before.since());
    snapshot = new Snapshot(Optional.of(fence), goneBack ? before.since() : now, until);
  }

  /** Authority is off when this returns. */
  void shut() {
    snapshot = NOTHING;
  }

  /** The fence while this node may act. A clock that went back proves nothing: then empty, too. */
  Optional<Fence> authority() {
    var seen = snapshot;
    var now = monotonic.instant();
    return now.isBefore(seen.until()) && !now.isBefore(seen.since())
        ? seen.fence()
        : Optional.empty();
  }

  /** The time of its clock. */
  Instant now() {
    return monotonic.instant();
  }

  /** When authority ends, if nothing extends it; the distant past while there is none. */
  Instant until() {
    return snapshot.until();
  }
}
