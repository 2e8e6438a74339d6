package dev.meshkit.sim;

import dev.meshkit.api.Fence;
import dev.meshkit.election.Ballot;
import dev.meshkit.election.Durable;
import dev.meshkit.election.Effect;
import dev.meshkit.election.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One node of an exploration: its core, and the model of its disk and loops as plain values.
 *
 * @param state the core; while the process is down, the one it was born with
 * @param up whether the process runs
 * @param crashes how often it may still crash
 * @param disk what a crash leaves
 * @param writing the persist under way: none or one
 * @param written the latest persist that ended
 * @param waiting what the outbox keeps for the disk
 * @param race the ballot under way: none or one
 * @param held the latest authority the core spoke of: none or one
 * @param said what an observer who forgets nothing remembers of this node alone
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
    List<Held> held,
    List<Sight> said) {
  /** Authority, and when it ends by itself. */
  record Held(Fence fence, Instant until) {}

  /** A process that just began, with all that outlives one. */
  static Site started(State state, int crashes, Durable disk, List<Sight> said) {
    return new Site(
        state, true, crashes, disk, List.of(), 0, List.of(), List.of(), List.of(), said);
  }

  /** The process is gone. */
  Site down(State born, Durable left) {
    return new Site(
        born, false, crashes - 1, left, List.of(), 0, List.of(), List.of(), List.of(), said);
  }

  Site with(State next) {
    return new Site(next, up, crashes, disk, writing, written, waiting, race, held, said);
  }

  Site with(Durable now, List<Effect.Persist> next, long last, List<Effect> kept) {
    return new Site(state, up, crashes, now, next, last, kept, race, held, said);
  }

  Site with(List<Ballot> next, List<Held> authority) {
    return new Site(state, up, crashes, disk, writing, written, waiting, next, authority, said);
  }

  /** Has been seen to do more. */
  Site saying(List<Sight> more) {
    var all = new ArrayList<>(said);
    for (var sight : more) if (!all.contains(sight)) all.add(sight);
    return new Site(
        state, up, crashes, disk, writing, written, waiting, race, held, List.copyOf(all));
  }
}
