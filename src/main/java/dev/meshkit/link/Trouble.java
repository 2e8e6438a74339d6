package dev.meshkit.link;

import dev.meshkit.api.MeshError;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The last thing that kept a lane from getting on, until it gets on again. Thread-safe. */
final class Trouble {
  private volatile @Nullable Kept last;

  /**
   * What keeps it.
   *
   * @param why for people
   * @param isCut whether there is no way to the peer
   */
  private record Kept(MeshError why, boolean isCut) {}

  /** This, of what the peer answered, keeps the lane. */
  void is(MeshError why) {
    last = new Kept(why, false);
  }

  /** There is no way to the peer. */
  void cut(MeshError why) {
    last = new Kept(why, true);
  }

  /** There is a way; what else keeps it is not over. */
  void connected() {
    if (isCut()) over();
  }

  /** It gets on. */
  void over() {
    last = null;
  }

  /** What keeps it now. */
  Optional<MeshError> now() {
    return Optional.ofNullable(last).map(Kept::why);
  }

  /** Whether that is that there is no way to the peer. */
  boolean isCut() {
    var now = last;
    return now != null && now.isCut();
  }
}
