package dev.meshkit.node;

import dev.meshkit.control.proto.Check;
import dev.meshkit.control.proto.Health;
import dev.meshkit.runtime.Mailbox;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Whether each loop turns: a loop whose mailbox holds input and that has not taken any for a while
 * is stuck. An idle loop is well. Asked by {@code /livez}; starts no thread.
 */
final class Pulse {
  private static final Duration STUCK = Duration.ofSeconds(2);

  private final InstantSource monotonic;
  private final ConcurrentSkipListMap<String, Watched> loops = new ConcurrentSkipListMap<>();

  private static final class Watched {
    private final Mailbox<?> inputs;
    private long taken; // guarded by this
    private Instant movedMonotonic; // guarded by this

    Watched(Mailbox<?> inputs, Instant now) {
      this.inputs = inputs;
      this.movedMonotonic = now;
    }

    /** How long input has waited without any being taken. */
    synchronized Duration waiting(Instant now) {
      var count = inputs.taken();
      if (count != taken || inputs.depth() == 0) {
        taken = count;
        movedMonotonic = now;
      }
      return Duration.between(movedMonotonic, now);
    }
  }

  Pulse(InstantSource monotonic) {
    this.monotonic = monotonic;
  }

  /** Watches the loop that reads this mailbox. */
  void watch(String loop, Mailbox<?> inputs) {
    loops.put(loop, new Watched(inputs, monotonic.instant()));
  }

  /** One check a loop. */
  List<Check> checks() {
    var now = monotonic.instant();
    var checks = new ArrayList<Check>();
    loops.forEach((name, loop) -> checks.add(check(name, loop.waiting(now))));
    return checks;
  }

  private static Check check(String name, Duration waiting) {
    var stuck = waiting.compareTo(STUCK) > 0;
    var text = stuck ? "has taken no input for " + waiting.toMillis() + " ms" : "turns";
    return Check.newBuilder()
        .setName("loop-" + name)
        .setStatus(stuck ? Health.FAIL : Health.OK)
        .setText(text)
        .build();
  }
}
