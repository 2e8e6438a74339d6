package dev.meshkit.sim;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Scope;
import dev.meshkit.election.ElectionOptions;
import dev.meshkit.election.Input;
import dev.meshkit.election.Lookout;
import dev.meshkit.election.Prospect;
import dev.meshkit.election.Roster;
import dev.meshkit.election.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/**
 * The model of the part of a scope's loop that thinks about who votes: the real {@link Lookout},
 * asked every second, with the truth in the place of gossip.
 */
final class SimPilot {
  private static final Duration CERTIFIED = Duration.ofDays(1);

  private final SimNode node;
  private final Scope scope;
  private final Function<SimNode, Bytes> stores;
  private final Lookout lookout;
  private Instant next;

  SimPilot(
      SimNode node, ElectionOptions options, Roster.Plan plan, Function<SimNode, Bytes> stores) {
    this.node = node;
    this.scope = options.scope();
    this.stores = stores;
    this.lookout = new Lookout(node.id(), options.profile().promise(), plan);
    this.next = node.monotonic();
  }

  /** When it wants to be asked. */
  Instant due() {
    return next;
  }

  /** An input did this to the election. */
  void saw(Input input, State state) {
    lookout.saw(input, state, node.monotonic());
  }

  /** What the election is to be told now, if anything. */
  List<Input> look(State state) {
    var now = node.monotonic();
    if (now.isBefore(next)) return List.of();
    next = now.plus(Lookout.EVERY);
    var all = node.world().nodes().stream().filter(this::concerns).map(this::sighting).toList();
    return lookout.look(state, all, now, node.wall());
  }

  /** Whoever may vote here and has ever run; nobody has heard of the others. */
  private boolean concerns(SimNode of) {
    var whole = scope.equals(Scope.GLOBAL);
    return of.life() > 0 && (whole || scope.equals(Scope.region(of.id().region())));
  }

  private Lookout.Sighting sighting(SimNode of) {
    return new Lookout.Sighting(
        of.id(), stores.apply(of), of.running(), Prospect.Bar.NONE, CERTIFIED);
  }
}
