package dev.meshkit.node;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Advice;
import dev.meshkit.election.Autopilot;
import dev.meshkit.election.Change;
import dev.meshkit.election.Input;
import dev.meshkit.election.Lookout;
import dev.meshkit.election.Roster;
import dev.meshkit.election.State;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The part of a scope's loop that thinks about who votes: asks {@link Lookout} each second what to
 * tell the election, by what gossip shows, and tells people of each step. Confined to the loop's
 * thread. Where voters are named in the configuration they change by an operator's hand only; then
 * it looks while one of them does not vote, so that it hears the leader and can be added again.
 *
 * @see Autopilot
 */
final class Steering {
  private final ElectionPorts ports;
  private final Course course;
  private final List<Lookout> lookout; // none or one
  private Instant next;

  private Steering(ElectionPorts ports, Course course, List<Lookout> lookout) {
    this.ports = ports;
    this.course = course;
    this.lookout = lookout;
    this.next = ports.clocks().monotonic().instant();
  }

  /**
   * How a scope is steered.
   *
   * @param plan what its electorate should become: none or one; none: nobody looks
   * @param steers whether anything is done about it but to let the others hear the leader
   * @param gossip which nodes there are
   */
  record Course(List<Roster.Plan> plan, boolean steers, Supplier<List<Lookout.Sighting>> gossip) {
    /** Voters are those of the record, for good. */
    static final Course FIXED = new Course(List.of(), false, List::of);

    /** By itself, towards {@code plan}. */
    static Course towards(Roster.Plan plan, Supplier<List<Lookout.Sighting>> gossip) {
      return new Course(List.of(plan), true, gossip);
    }

    /** By hand only, among {@code named}. */
    static Course byHand(Collection<NodeId> named, Supplier<List<Lookout.Sighting>> gossip) {
      var plan = Roster.Plan.pinned(new TreeSet<>(named), Roster.Plan.DEAD_AFTER);
      return new Course(List.of(plan), false, gossip);
    }

    Steering at(Berth berth, ElectionPorts ports) {
      var promise = berth.profile().promise();
      var lookout = plan.stream().map(p -> new Lookout(berth.self(), promise, p)).toList();
      return new Steering(ports, this, lookout);
    }

    /** Whether there may be something to say: nothing by hand while all who are named vote. */
    private boolean concerns(State state) {
      if (steers) return true;
      var content = state.record().content();
      return plan.stream().anyMatch(p -> !p.pinned().stream().allMatch(content::seats));
    }
  }

  /** When it wants to be asked. */
  Instant due(State state) {
    return course.concerns(state) ? next : Instant.MAX;
  }

  /** An input did this to the election. */
  void saw(Input input, State state) {
    if (!course.steers()) return;
    for (var out : lookout) out.saw(input, state, ports.clocks().monotonic().instant());
  }

  /** What the election is to be told now, if anything. */
  List<Input> look(State state) {
    var now = ports.clocks().monotonic().instant();
    if (now.isBefore(next) || !course.concerns(state)) return List.of();
    next = now.plus(Lookout.EVERY).truncatedTo(ChronoUnit.SECONDS); // when a leader beats
    var out = lookout.getFirst();
    var all = course.gossip().get();
    if (!course.steers()) return out.teach(state, all, now);
    var told = out.look(state, all, now, ports.clocks().wall().instant());
    if (!(out.latest() instanceof Advice.Wait)) tell(state, out.latest(), out.margin(state, now));
    return told;
  }

  /** What the last look came to, for people; empty where nobody looks. */
  String advice() {
    return !course.steers() ? "" : text(lookout.getFirst().latest());
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
