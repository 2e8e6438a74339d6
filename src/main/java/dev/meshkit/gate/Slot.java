package dev.meshkit.gate;

import dev.meshkit.gate.Line.Spot;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A place of a run: what is recorded there, and what this execution has done about it. Confined to
 * whoever holds the lock of {@link Places}, but for {@link #row}.
 */
final class Slot {
  private volatile @Nullable EffectRow row;
  private boolean visited;
  private boolean unsettled;

  /** What is recorded, if anything is. */
  Optional<EffectRow> row() {
    return Optional.ofNullable(row);
  }

  boolean isRecorded() {
    return row != null;
  }

  /** What is recorded, where something is. */
  EffectRow recorded() {
    return Objects.requireNonNull(row);
  }

  /** Whether what is recorded is that of a place. */
  boolean holds(Spot spot) {
    var here = row;
    return here != null && here.occ() == spot.occ() && here.step().equals(spot.step());
  }

  /** This is recorded from now on. */
  void record(EffectRow now) {
    row = now;
  }

  /** The branch has come by. */
  void visit() {
    visited = true;
  }

  /** A deed begins. */
  void begin() {
    unsettled = true;
  }

  /** It is over, with an outcome or without. */
  void end(boolean isSettled) {
    visited = true;
    if (isSettled) unsettled = false;
  }

  /** Whether a deed has begun that has no outcome. */
  boolean isUnsettled() {
    return unsettled;
  }

  /** Whether something is recorded that the branch has not come by. */
  boolean isLeftOut() {
    return row != null && !visited;
  }
}
