package dev.meshkit.election;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Scope;
import java.time.Instant;
import java.util.Optional;

/**
 * How a leader changes who votes: one voter a version, never out of its own authority. A newcomer
 * stores the record that adds it before its leader does (§2.4): one that dies meanwhile costs a
 * term, not the quorum.
 */
final class Electorate {
  /** How long a newcomer may take, in heartbeats. */
  static final int PATIENCE = 10;

  private Electorate() {}

  /** Why this leader must not make a change now, whatever the record says; empty if it may. */
  static String refusal(Turn turn, Tenure tenure, Change change) {
    return switch (change) {
      case Change.SetGate _, Change.SetRank _, Change.Unrevoke _ -> "";
      case Change.AddRegion _, Change.RenewRegion _ ->
          turn.options.scope().equals(Scope.GLOBAL) ? "" : "regions are founded in global only";
      case Change.SetParams(var longest, _) ->
          longest.compareTo(turn.profile.heartbeat().multipliedBy(3)) < 0
              ? "a promise shorter than three heartbeats carries no leader"
              : "";
      case Change.Revoke _ ->
          trusts(turn, tenure, change.of(turn.content()))
              ? ""
              : "too few voters that are not revoked can be reached";
      case Change.AddVoter(var seat) ->
          turn.learners.isReady(seat, turn.now.minus(tenure.promise()))
              ? ""
              : seat.node() + " is no learner that keeps up";
      case Change.RemoveVoter(var node) -> {
        if (node.equals(turn.self())) yield "a leader does not remove itself: let another lead";
        var rest = change.of(turn.content());
        yield carries(turn, tenure, rest) && trusts(turn, tenure, rest)
            ? ""
            : "too few of the others can be reached to go on without " + node;
      }
    };
  }

  /** Whether the promises at hand would be authority with the voters of {@code content}, too. */
  private static boolean carries(Turn turn, Tenure tenure, Content content) {
    var then = Leader.renewed(turn, tenure, content);
    return turn.now.isBefore(Leader.authorityEnd(turn, then));
  }

  /** Whether a quorum of {@code content}'s voters can be reached and is not revoked. */
  private static boolean trusts(Turn turn, Tenure tenure, Content content) {
    var healthy = 0;
    for (var seat : content.voters()) {
      var heard = tenure.expires().getOrDefault(seat.node(), Instant.MIN).isAfter(turn.now);
      if ((heard || seat.node().equals(turn.self())) && !content.isRevoked(seat.node())) healthy++;
    }
    return healthy >= content.quorum();
  }

  /** Whom {@code next} adds. */
  static Optional<Seat> newcomer(Content base, Content next) {
    return next.voters().stream().filter(seat -> !base.seats(seat.node())).findFirst();
  }

  /**
   * The record goes to the newcomer, again with each beat. From here on there is no other proposal
   * in this term: the newcomer may hold this one, whatever becomes of its acknowledgement.
   */
  static void offer(Turn turn, Tenure tenure, Offer.Made offer) {
    turn.agenda = turn.agenda.offering(offer);
    turn.role = new Role.Leader(tenure.soon(turn.profile.heartbeat()));
    push(turn);
  }

  /** Sends what is on offer. */
  static void push(Turn turn) {
    if (turn.agenda.offer() instanceof Offer.Made(var record, var newcomer, _, _))
      turn.send(newcomer.node(), new Frame.RecordPut(record, false));
  }

  /** Whether a newcomer took too long. */
  static boolean overdue(Turn turn) {
    return turn.agenda.offer() instanceof Offer.Made(_, _, var until, _)
        && !turn.now.isBefore(until);
  }

  /** Who does not vote acknowledged a beat of this term: a learner, perhaps the newcomer. */
  static void acked(Turn turn, NodeId from, Header header, Frame.BeatAck ack) {
    if (turn.learners.has(from, header.store()))
      turn.learners = turn.learners.heard(from, turn.now);
    if (turn.agenda.offer() instanceof Offer.Made offer
        && offer.isFor(from, header.store())
        && turn.role instanceof Role.Leader)
      accept(turn, offer.heldIf(header.holds(offer.record().id())), ack);
  }

  /**
   * The leader counts over the new voters from the moment it stores the record (R8), so it waits
   * for the newcomer's promise as well: without one, of two voters there would be no quorum of
   * promises, and authority would lapse by the change itself.
   */
  private static void accept(Turn turn, Offer.Made offer, Frame.BeatAck ack) {
    var newcomer = offer.newcomer().node();
    var tenure = Leader.promised(turn, newcomer, ack);
    turn.agenda = turn.agenda.offering(offer);
    turn.role = new Role.Leader(tenure);
    if (!offer.held() || !carries(turn, tenure, offer.record().content())) return;
    turn.agenda = turn.agenda.offering(new Offer.None());
    Proposer.store(turn, tenure, offer.record());
    if (turn.role instanceof Role.Leader(var begun))
      turn.role = new Role.Leader(begun.heldBy(newcomer));
  }
}
