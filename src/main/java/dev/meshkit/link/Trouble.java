package dev.meshkit.link;

import dev.meshkit.api.MeshError;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The last thing that kept a lane from getting on, until it gets on again. Thread-safe. */
final class Trouble {
  private static final Duration LEAST_PAUSE = Duration.ofMillis(10); // or BUSY would spin
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final int MOST_DOUBLINGS = 9;

  private final AtomicInteger busy = new AtomicInteger(); // times in a row
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

  /** The receiver is too busy for the lane's first message, which it was again. */
  void busy(MeshError why) {
    busy.incrementAndGet();
    is(why);
  }

  /**
   * How long to wait before what the receiver is too busy for is sent again: as long as it asks
   * for, and longer from one time to the next, up to 5 s, if it asks for less.
   */
  Duration pause(Duration asked) {
    var grown = LEAST_PAUSE.multipliedBy(1L << Math.min(MOST_DOUBLINGS, busy.get()));
    var least = grown.compareTo(LONGEST_PAUSE) < 0 ? grown : LONGEST_PAUSE;
    return asked.compareTo(least) > 0 ? asked : least;
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
    busy.set(0);
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
