package dev.meshkit.election;

import dev.meshkit.api.Fence;
import dev.meshkit.api.NodeId;
import java.util.Optional;

/**
 * How a leader makes another lead without a gap of a promise's length: it gives up its term for
 * good, and says so in a certificate that frees its voters for one successor (E26).
 */
final class Handover {
  private Handover() {}

  /** Somebody wants another leader: what only this one may do is finished first. */
  static void wish(Turn turn, NodeId to) {
    if (!(turn.role instanceof Role.Leader(var tenure))) {
      turn.add(new Effect.Kept(to, "this node does not lead"));
      return;
    }
    successor(turn, tenure, to)
        .ifPresentOrElse(
            seat -> turn.add(new Effect.Drain(tenure.fence(), seat.node())),
            () -> turn.add(new Effect.Kept(to, refusal(turn, to))));
  }

  /** What had to be finished is: whether the successor is still one is looked at again. */
  static void drained(Turn turn, Fence fence, NodeId to) {
    if (!(turn.role instanceof Role.Leader(var tenure)) || !tenure.fence().equals(fence)) {
      turn.add(new Effect.Kept(to, "this node leads no more"));
      return;
    }
    successor(turn, tenure, to)
        .ifPresentOrElse(
            seat -> abdicate(turn, seat, Cause.TRANSFER),
            () -> turn.add(new Effect.Kept(to, refusal(turn, to))));
  }

  /** Somebody wants this node to lead no more: it hands over if it can, and gives up anyway. */
  static void resign(Turn turn) {
    if (!(turn.role instanceof Role.Leader))
      turn.add(new Effect.Kept(NodeId.NOBODY, "this node does not lead"));
    else if (!leave(turn, Cause.STEP_DOWN)) Leader.stepDown(turn, Cause.STEP_DOWN);
  }

  /** A leader that goes makes the first in rank lead; false if it cannot, or does not lead. */
  static boolean leave(Turn turn, Cause cause) {
    if (!(turn.role instanceof Role.Leader(var tenure))) return false;
    var seat = successor(turn, tenure, NodeId.NOBODY);
    seat.ifPresent(next -> abdicate(turn, next, cause));
    return seat.isPresent();
  }

  /**
   * Whoever is before this leader in rank and answered 99 of 100 beats for 30 s leads instead, once
   * in 5 min: a preferred voter that comes and goes does not take leadership along (E25).
   */
  static void prefer(Turn turn) {
    if (!(turn.role instanceof Role.Leader(var tenure)) || !turn.preference.isWatched(turn.now))
      return;
    var watched = turn.preference;
    turn.preference = watched.watching(turn.now);
    if (!watched.mayMove(turn.now)) return;
    turn.content().orderWithout(NodeId.NOBODY).stream()
        .takeWhile(seat -> !seat.node().equals(turn.self()))
        .filter(seat -> seat.rank() < own(turn).rank())
        .filter(seat -> watched.isSteady(seat.node()))
        .flatMap(seat -> successor(turn, tenure, seat.node()).stream())
        .findFirst()
        .ifPresent(seat -> turn.add(new Effect.Drain(tenure.fence(), seat.node())));
  }

  /**
   * Transfer(to): in V, not only a witness, holds my record, has just acknowledged: it can win at
   * once, so the scope is without a leader for a few round trips and writes.
   */
  private static Optional<Seat> successor(Turn turn, Tenure tenure, NodeId to) {
    return turn.content().orderWithout(turn.self()).stream()
        .filter(seat -> to.isNobody() || seat.node().equals(to))
        .filter(seat -> seat.rank() != Seat.WITNESS)
        .filter(seat -> tenure.holds().contains(seat.node()))
        .filter(seat -> tenure.isNear(seat.node(), turn.now, turn.profile.heartbeat()))
        .findFirst();
  }

  private static String refusal(Turn turn, NodeId to) {
    if (to.equals(turn.self())) return to + " leads already";
    if (!to.isNobody() && !turn.content().seats(to)) return to + " does not vote";
    return (to.isNobody() ? "nobody else" : to + " does not lead, or") + " keeps up just now";
  }

  /** Authority off, then the certificate: from here on this term has no leader (S11). */
  private static void abdicate(Turn turn, Seat to, Cause cause) {
    var term = turn.current.term();
    turn.rest(cause);
    turn.preference = turn.preference.moved(turn.now);
    turn.send(to.node(), new Frame.TimeoutNow(new Warrant.Cert(own(turn), term, to), cause));
    for (var seat : turn.content().orderWithout(turn.self()))
      if (!seat.equals(to)) turn.send(seat.node(), new Frame.StepDown(term, to.node(), cause));
    turn.sendLearners(new Frame.StepDown(term, to.node(), cause));
  }

  private static Seat own(Turn turn) {
    return turn.content().voters().stream()
        .filter(seat -> seat.is(turn.self(), turn.options.store()))
        .findFirst()
        .orElseThrow();
  }

  /**
   * {@code timeoutNow}: cert.to = me ∧ cert.term = term ∧ (promise none or to cert.from) ∧ mayVote
   * → term += 1, voted = self, persist k, Race(vote, cert)@k. A late one is of a finished term.
   */
  static void timeoutNow(Turn turn, NodeId from, Warrant.Cert cert) {
    var mine = cert.to().is(turn.self(), turn.options.store()) && cert.from().node().equals(from);
    if (!mine || cert.term() != turn.current.term() || !mayStand(turn)) return;
    if (turn.promise.forbids(from, turn.now)) return;
    turn.heard = turn.heard.steppedDown(from, cert.term());
    turn.promise = Promise.NONE;
    turn.rest(Cause.HIGHER_TERM);
    turn.preference = turn.preference.moved(turn.now);
    Candidate.stand(turn, cert);
  }

  private static boolean mayStand(Turn turn) {
    return switch (turn.role) {
      case Role.Follower _, Role.PreCandidate _, Role.Candidate _ ->
          turn.diskOk() && !turn.stopping() && turn.state().mayCampaign();
      case Role.Observer _,
          Role.Recovering _,
          Role.Quarantined _,
          Role.Pending _,
          Role.Leader _,
          Role.Stopped _ ->
          false;
    };
  }

  /** {@code certOk}: (cert.from, cert.term) = (promise.leader, promise.term), cert.to = c. */
  static boolean frees(Turn turn, NodeId candidate, Header header, Warrant warrant) {
    return warrant instanceof Warrant.Cert(var gone, var term, var to)
        && !turn.leading()
        && to.is(candidate, header.store())
        && gone.node().equals(turn.promise.leader())
        && term == turn.promise.term();
  }
}
