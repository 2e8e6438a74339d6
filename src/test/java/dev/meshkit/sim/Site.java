package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.election.Ballot;
import dev.meshkit.election.Durable;
import dev.meshkit.election.Effect;
import dev.meshkit.election.State;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One node of an exploration: its core, and the model of its disk and loops as plain values.
 *
 * @param state the core
 * @param up whether the process runs
 * @param crashes how often it may still crash
 * @param disk what a crash leaves
 * @param writing the persist under way: none or one
 * @param written the latest persist that ended
 * @param waiting what the outbox keeps for the disk
 * @param race the ballot under way: none or one
 * @param held the latest authority the core spoke of: none or one
 */
record Site(
    State state,
    boolean up,
    int crashes,
    Durable disk,
    List<Effect.Persist> writing,
    long written,
    List<Effect> waiting,
    List<Ballot> race,
    List<Held> held) {
  /** Authority, and when it ends by itself. */
  record Held(Fence fence, Instant until) {}

  /** Who has it now. */
  Optional<Fence> authority(Instant now) {
    return up
        ? held.stream().filter(h -> now.isBefore(h.until())).map(Held::fence).findFirst()
        : Optional.empty();
  }

  /** All of it that decides what can follow; the options are the same in every state. */
  long digest() {
    var text =
        new StringBuilder()
            .append(up)
            .append(crashes)
            .append(writing.size())
            .append(written)
            .append(waiting)
            .append(race)
            .append(held)
            .append(disk);
    if (up)
      text.append(state.role())
          .append(state.current())
          .append(state.disk())
          .append(state.promise())
          .append(state.heard())
          .append(state.attempts())
          .append(state.agenda())
          .append(state.fireAt())
          .append(state.stopBy());
    return Digest.of(text);
  }
}
