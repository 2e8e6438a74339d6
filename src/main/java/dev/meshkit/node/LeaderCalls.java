package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.api.ScopeLeader;
import dev.meshkit.election.Author;
import dev.meshkit.election.Change;
import dev.meshkit.election.Command;
import dev.meshkit.election.LeaderDecision;
import dev.meshkit.election.Seat;
import dev.meshkit.election.Verdict;
import dev.meshkit.gossip.Claim;
import dev.meshkit.node.HandoverBox.Parting;
import dev.meshkit.transport.RoadFailure;
import dev.meshkit.wire.CommandCodec;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.LeaderAsk;
import dev.meshkit.wire.LeaderAsk.Wish;
import dev.meshkit.wire.LeaderReply;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Brings what is wanted of a scope to whoever leads it, over a peer link where that is another
 * node, and serves what others bring. A command is tried again, under the id it has, until it is
 * settled or its time is over. Thread-safe.
 */
final class LeaderCalls {
  /** Peers' wishes that are served at once; one more is refused. */
  static final int SERVED = 64;

  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Duration SERVE_WITHIN = Duration.ofSeconds(10);

  private final NodeId self;
  private final Map<Scope, ScopeElection> elections;
  private final Supplier<List<Claim>> claims;
  private final Far far;
  private final NodeEvent.Sink events;
  private final InstantSource monotonic;
  private volatile Reporting reporting = (_, _) -> LeaderCalls.unknown(false);
  private final Semaphore places = new Semaphore(SERVED);

  /** The way to another node: {@code link.Links.command}. */
  @FunctionalInterface
  interface Far {
    /** Asks; blocks at most {@code timeout}, and for a dial. */
    Result<Bytes> ask(NodeId to, Bytes request, Duration timeout) throws InterruptedException;
  }

  /** What this node says of a change. */
  @FunctionalInterface
  interface Reporting {
    /** The answer, whoever asked. */
    LeaderReply of(String change, Duration within) throws InterruptedException;
  }

  /** Has what peers ask of changes be answered by this. */
  void reporting(Reporting by) {
    reporting = by;
  }

  /** Of one node; {@code claims} is what gossip says of who leads. */
  LeaderCalls(
      NodeId self,
      Map<Scope, ScopeElection> elections,
      Supplier<List<Claim>> claims,
      Far far,
      NodeEvent.Sink events,
      InstantSource monotonic) {
    this.self = self;
    this.elections = Map.copyOf(elections);
    this.claims = claims;
    this.far = far;
    this.events = events;
    this.monotonic = monotonic;
  }

  /**
   * Asks whoever leads; blocks about as long as the ask says. {@link Verdict.NotLeader}: nobody was
   * found to lead, and nothing has changed. {@link Verdict.Indeterminate}: perhaps it has.
   */
  LeaderReply ask(LeaderAsk ask) throws InterruptedException {
    var deadline = monotonic.instant().plus(ask.within());
    var hint = NodeId.NOBODY;
    var unsure = false;
    while (true) {
      var seen = led(ask.scope());
      var at = hint.isNobody() ? believed(ask.scope()) : hint;
      hint = NodeId.NOBODY;
      var left = Duration.between(monotonic.instant(), deadline);
      if (left.isNegative()) return unknown(unsure);
      if (!at.isNobody()) {
        switch (at.equals(self) ? here(self, ask.within(left)) : far(at, ask.within(left))) {
          case LeaderReply.Settled(Verdict.NotLeader(var next)) ->
              hint = next.equals(at) ? NodeId.NOBODY : next;
          case LeaderReply.Settled(Verdict.Indeterminate()) -> unsure = true;
          case LeaderReply reply -> {
            return reply;
          }
        }
        if (unsure && !mayRepeat(ask.wish())) return unknown(true);
      }
      if (hint.isNobody()) pause(ask.scope(), seen);
    }
  }

  private ScopeLeader led(Scope scope) {
    var own = elections.get(scope);
    return own == null
        ? new ScopeLeader(scope, NodeId.NOBODY, Optional.empty())
        : own.latest().now();
  }

  /** Until this node sees another leader than it saw; what others know comes when it comes. */
  private void pause(Scope scope, ScopeLeader seen) throws InterruptedException {
    var own = elections.get(scope);
    if (own == null || !own.isBegun() || own.isOver()) Thread.sleep(PAUSE);
    else own.await(now -> !now.equals(seen), PAUSE);
  }

  private static LeaderReply unknown(boolean unsure) {
    return new LeaderReply.Settled(
        unsure ? new Verdict.Indeterminate() : new Verdict.NotLeader(NodeId.NOBODY));
  }

  /** A command's id makes it land once; a hand-over would be two. */
  private static boolean mayRepeat(Wish wish) {
    return switch (wish) {
      case Wish.Alter _, Wish.Admit _, Wish.Authority _, Wish.Report _ -> true;
      case Wish.Transfer _ -> false;
    };
  }

  /** Who leads, as far as this node knows: by its own vote where it has one, else by hearsay. */
  NodeId believed(Scope scope) {
    var own = elections.get(scope);
    if (own != null && own.isBegun()) {
      switch (own.view().decision()) {
        case LeaderDecision.Led _ -> {
          return self;
        }
        case LeaderDecision.Following(var leader, _) -> {
          return leader;
        }
        case LeaderDecision.Undecided _ -> {} // others may know
      }
    }
    for (var claim : claims.get())
      if (claim.scope().equals(scope) && !claim.leader().equals(self)) return claim.leader();
    return NodeId.NOBODY;
  }

  /** Asks one node, which may be this one, whether or not it leads; blocks as the ask says. */
  LeaderReply at(NodeId node, LeaderAsk ask) throws InterruptedException {
    return node.equals(self) ? here(self, ask) : far(node, ask);
  }

  private LeaderReply far(NodeId at, LeaderAsk ask) throws InterruptedException {
    return switch (far.ask(at, CommandCodec.request(ask), ask.within().plus(PAUSE))) {
      case Result.Ok<Bytes>(var bytes) ->
          switch (CommandCodec.response(bytes)) {
            case Decoded.Whole<LeaderReply>(var reply) -> reply;
            case Decoded.Malformed<LeaderReply> _ -> unknown(true);
          };
      case Result.Err<Bytes>(var error) -> unknown(mayHaveArrived(error));
    };
  }

  private static boolean mayHaveArrived(MeshError error) {
    return switch (RoadFailure.kindOf(error)) {
      case RESOLVE, REFUSED, IDENTITY -> false;
      case RoadFailure.Kind _ -> true;
    };
  }

  /** Answers a peer's request; blocks at most 10 s. What cannot be read is refused whole. */
  Result<Bytes> serve(NodeId from, Bytes request) throws InterruptedException {
    var tried = "answer a command of " + from;
    if (!(CommandCodec.request(request) instanceof Decoded.Whole<LeaderAsk>(var ask)))
      return Result.err(
          MeshError.validation(tried, "it breaks a limit", "use a release that speaks our wire"));
    if (!places.tryAcquire())
      return Result.err(
          MeshError.unavailable(tried, SERVED + " are answered already", "try again"));
    try {
      var within = ask.within().compareTo(SERVE_WITHIN) < 0 ? ask.within() : SERVE_WITHIN;
      return Result.ok(CommandCodec.response(here(from, ask.within(within))));
    } finally {
      places.release();
    }
  }

  /** What this node, as the leader, makes of it; it asks nobody else. */
  private LeaderReply here(NodeId from, LeaderAsk ask) throws InterruptedException {
    if (ask.wish() instanceof Wish.Report(var change)) return reporting.of(change, ask.within());
    var election = elections.get(ask.scope());
    if (election == null || !election.isBegun()) return unknown(false);
    var author = new Author(actor(from, ask), ask.author().reason(), ask.author().wall());
    return switch (ask.wish()) {
      case Wish.Alter(_, _, Change.AddRegion(var name, var founder))
          when !founder.node().equals(from) ->
          new LeaderReply.Settled(new Verdict.Refused(foreign(name, founder.node(), from)));
      case Wish.Alter(_, _, Change.RenewRegion(var region))
          when !region.founder().node().equals(from) ->
          new LeaderReply.Settled(
              new Verdict.Refused(foreign(region.name(), region.founder().node(), from)));
      case Wish.Alter(var id, var expected, var change) ->
          new LeaderReply.Settled(
              election.command(new Command(id, expected, change, author), ask.within()));
      case Wish.Admit admit -> admit(election, admit, author, ask.within());
      case Wish.Transfer(var to) -> transfer(election, to, author, ask.within());
      case Wish.Authority() -> authority(election, ask.within());
      case Wish.Report _ -> throw new IllegalStateException("answered above");
    };
  }

  /** A region has one founder for good, so nobody may name another, who would never found it. */
  private static String foreign(String region, NodeId founder, NodeId from) {
    return from
        + " may not name "
        + founder
        + " the founder of region "
        + region
        + ": a node asks for itself only; start "
        + founder
        + ", or ask as a node of "
        + region;
  }

  /** The store of a newcomer is the one by which it hears this leader: no operator need know it. */
  private static LeaderReply admit(
      ScopeElection election, Wish.Admit admit, Author author, Duration within)
      throws InterruptedException {
    if (election.authority().isEmpty()) return notLeader(election);
    for (var seat : election.view().learners()) {
      if (!seat.node().equals(admit.node())) continue;
      var change = new Change.AddVoter(new Seat(seat.node(), seat.store(), admit.rank()));
      var command = new Command(admit.id(), admit.expected(), change, author);
      return new LeaderReply.Settled(election.command(command, within));
    }
    var why = admit.node() + " is no learner: this leader does not know the store it would vote by";
    return new LeaderReply.Settled(new Verdict.Refused(why));
  }

  private LeaderReply transfer(ScopeElection election, NodeId to, Author author, Duration within)
      throws InterruptedException {
    if (election.authority().isEmpty()) return notLeader(election);
    events.accept(asked(election.view(), to, author));
    var deadline = monotonic.instant().plus(within);
    return parted(election.view().scope(), election.transfer(to, author, within), deadline);
  }

  /** Makes this node lead no more; whoever else leads is left alone. */
  LeaderReply stepDown(Scope scope, Author author, Duration within) throws InterruptedException {
    var election = elections.get(scope);
    if (election == null || election.authority().isEmpty())
      return new LeaderReply.Kept(self + " does not lead " + scope);
    events.accept(asked(election.view(), NodeId.NOBODY, author));
    var deadline = monotonic.instant().plus(within);
    return parted(scope, election.stepDown(author, within), deadline);
  }

  private LeaderReply parted(Scope scope, Parting parting, Instant deadline)
      throws InterruptedException {
    return switch (parting) {
      case Parting.Kept(var why) -> new LeaderReply.Kept(why);
      case Parting.Vacant(var since) ->
          new LeaderReply.Vacant(Duration.between(since, monotonic.instant()));
      case Parting.Unknown() -> unknown(true);
      case Parting.Moved(var leader, var fence, var since) -> {
        if (!leader.equals(self)) awaitAuthority(scope, leader, deadline);
        var gap = Duration.between(since, monotonic.instant());
        var reign = new LeaderReply.Reign(fence.generation(), fence.term());
        yield new LeaderReply.Moved(leader, reign, gap);
      }
    };
  }

  private NodeEvent asked(ElectionView view, NodeId to, Author author) {
    var whom = to.isNobody() ? "the next in rank" : to.toString();
    var text = self + " is asked to let " + whom + " lead " + view.scope();
    return NodeEvent.info("leader.transfer_asked", self.toString(), text)
        .of(view.scope().text(), view.term())
        .with(Map.of("actor", author.actor(), "reason", author.reason()));
  }

  /**
   * A leader's first beat goes out before it has authority, so it is asked: what is measured here
   * is never less than the gap. Where it does not answer, its beat has to do.
   */
  private void awaitAuthority(Scope scope, NodeId leader, Instant deadline)
      throws InterruptedException {
    var left = Duration.between(monotonic.instant(), deadline);
    if (left.isPositive())
      far(leader, new LeaderAsk(scope, Author.NONE, left, new Wish.Authority()));
  }

  private static LeaderReply authority(ScopeElection election, Duration within)
      throws InterruptedException {
    election.await(_ -> election.authority().isPresent(), within); // it is there before the change
    return election
        .authority()
        .<LeaderReply>map(
            led -> new LeaderReply.Leads(new LeaderReply.Reign(led.generation(), led.term())))
        .orElseGet(() -> notLeader(election));
  }

  private static LeaderReply notLeader(ScopeElection election) {
    var hint =
        election.view().decision() instanceof LeaderDecision.Following(var leader, _)
            ? leader
            : NodeId.NOBODY;
    return new LeaderReply.Settled(new Verdict.NotLeader(hint));
  }

  /** The sender's certificate names the node; whom it answers for, it says itself. */
  private static String actor(NodeId from, LeaderAsk ask) {
    return ask.author().actor().isEmpty() ? from.toString() : from + " " + ask.author().actor();
  }
}
