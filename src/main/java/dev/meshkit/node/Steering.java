package dev.meshkit.node;

import dev.meshkit.api.Scope;
import dev.meshkit.election.Advice;
import dev.meshkit.election.Autopilot;
import dev.meshkit.election.Change;
import dev.meshkit.election.Input;
import dev.meshkit.election.Lookout;
import dev.meshkit.election.Roster;
import dev.meshkit.election.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The part of a scope's loop that thinks about who votes: asks {@link Lookout} each second what to
 * tell the election, by what gossip shows, and tells people of each step. Confined to the loop's
 * thread. Where voters are named in the configuration there is none.
 *
 * @see Autopilot
 */
final class Steering {
  private final ElectionPorts ports;
  private final Supplier<List<Lookout.Sighting>> gossip;
  private final List<Lookout> lookout; // none or one
  private Instant next;

  private Steering(
      ElectionPorts ports, Supplier<List<Lookout.Sighting>> gossip, List<Lookout> lookout) {
    this.ports = ports;
    this.gossip = gossip;
    this.lookout = lookout;
    this.next = lookout.isEmpty() ? Instant.MAX : ports.clocks().monotonic().instant();
  }

  /**
   * How a scope is steered.
   *
   * @param plan what its electorate should become: none or one; none: its voters are fixed
   * @param gossip which nodes there are
   */
  record Course(List<Roster.Plan> plan, Supplier<List<Lookout.Sighting>> gossip) {
    /** Voters are changed by hand only. */
    static final Course FIXED = new Course(List.of(), List::of);

    Steering at(Berth berth, ElectionPorts ports) {
      var promise = berth.profile().promise();
      var lookout = plan.stream().map(p -> new Lookout(berth.self(), promise, p)).toList();
      return new Steering(ports, gossip, lookout);
    }
  }

  /** When it wants to be asked. */
  Instant due() {
    return next;
  }

  /** An input did this to the election. */
  void saw(Input input, State state) {
    for (var out : lookout) out.saw(input, state, ports.clocks().monotonic().instant());
  }

  /** What the election is to be told now, if anything. */
  List<Input> look(State state) {
    var now = ports.clocks().monotonic().instant();
    if (now.isBefore(next)) return List.of();
    next = now.plus(Lookout.EVERY);
    var out = lookout.getFirst();
    var told = out.look(state, gossip.get(), now, ports.clocks().wall().instant());
    if (!(out.latest() instanceof Advice.Wait)) tell(state, out.latest(), out.margin(state, now));
    return told;
  }

  /** What the last look came to, for people; empty where nobody looks. */
  String advice() {
    return lookout.isEmpty() ? "" : text(lookout.getFirst().latest());
  }

  private void tell(State state, Advice advice, int margin) {
    var scope = state.options().scope();
    var self = state.options().self();
    var facts = Map.of("step", step(advice), "margin", Integer.toString(margin));
    var event = NodeEvent.info("leader.autopilot", self.toString(), said(scope, advice));
    ports.events().accept(event.of(scope.text(), state.term()).because(why(advice)).with(facts));
  }

  private static String said(Scope scope, Advice advice) {
    return "voters of " + scope + ": " + text(advice);
  }

  private static String text(Advice advice) {
    return step(advice) + ": " + why(advice);
  }

  private static String step(Advice advice) {
    return switch (advice) {
      case Advice.Wait _ -> "waits";
      case Advice.HandOver(var to, _) -> "hands over to " + to;
      case Advice.Alter(Change.AddVoter(var seat), _) -> "adds " + seat.node();
      case Advice.Alter(Change.RemoveVoter(var node), _) -> "removes " + node;
      case Advice.Alter(var other, _) -> other.toString();
    };
  }

  private static String why(Advice advice) {
    return switch (advice) {
      case Advice.Wait(var why) -> why;
      case Advice.HandOver(_, var why) -> why;
      case Advice.Alter(_, var why) -> why;
    };
  }
}
