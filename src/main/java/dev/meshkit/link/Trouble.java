package dev.meshkit.link;

import dev.meshkit.api.MeshError;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The last thing that kept a lane from getting on, until it gets on again. Thread-safe. */
final class Trouble {
  private volatile @Nullable MeshError last;

  /** This keeps the lane. */
  void is(MeshError why) {
    last = why;
  }

  /** It gets on. */
  void over() {
    last = null;
  }

  /** What keeps it now. */
  Optional<MeshError> now() {
    return Optional.ofNullable(last);
  }
}
