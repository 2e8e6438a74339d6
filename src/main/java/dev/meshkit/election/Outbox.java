package dev.meshkit.election;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps what must not leave before a persist is durable. Pure, and shared with the simulator: both
 * hand it each step's effects and perform what it returns, in order. Confined to one loop.
 *
 * <p>Bound: of frames of one kind to one peer only the latest waits.
 */
public final class Outbox {
  private final Map<String, Held> held = new LinkedHashMap<>();
  private long durable;

  /** An outbox of a process that has persisted nothing yet. */
  public Outbox() {}

  private record Held(long after, Effect effect) {}

  /** What may be performed now, in order; the rest waits for its persist. */
  public List<Effect> pass(List<Effect> effects) {
    var now = new ArrayList<Effect>();
    for (var effect : effects) {
      switch (effect) {
        case Effect.Send send when send.after() > durable ->
            hold(send.to() + " " + send.frame().key(), send.after(), send);
        case Effect.Race race when race.after() > durable -> hold("race", race.after(), race);
        case Effect.Committed told when told.after() > durable ->
            hold("committed", told.after(), told);
        case Effect.Abort abort -> {
          held.values().removeIf(h -> isRace(h.effect(), abort.round()));
          now.add(abort);
        }
        case Effect.Halt halt -> {
          held.clear();
          now.add(halt);
        }
        case Effect.Persist _,
            Effect.Send _,
            Effect.Race _,
            Effect.Answered _,
            Effect.Gained _,
            Effect.Extended _,
            Effect.Lost _,
            Effect.Decided _,
            Effect.Committed _,
            Effect.Replied _,
            Effect.Drain _,
            Effect.Kept _,
            Effect.Forgone _,
            Effect.Dropped _ ->
            now.add(effect);
      }
    }
    return now;
  }

  /**
   * Persist {@code k} is durable: what waited for it, oldest first. Call before the core's step.
   */
  public List<Effect> done(long k) {
    durable = Math.max(durable, k);
    var free = new ArrayList<Effect>();
    held.values().removeIf(h -> h.after() <= durable && free.add(h.effect()));
    return free;
  }

  private void hold(String key, long after, Effect effect) {
    held.remove(key);
    held.put(key, new Held(after, effect));
  }

  private static boolean isRace(Effect effect, long round) {
    return effect instanceof Effect.Race race && race.round().id() == round;
  }
}
