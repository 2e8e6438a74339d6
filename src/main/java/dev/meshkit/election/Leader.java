package dev.meshkit.election;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.time.Instant;

/** How a winner keeps its voters' promises, and gives up when it cannot. */
final class Leader {
  private Leader() {}

  /** PENDING: the votes are in, the promises are not. The first beat asks for them. */
  static void begin(Turn turn) {
    turn.role = new Role.Pending(Tenure.won(turn.fence(), turn.now, turn.profile.promise()));
    turn.learners = Learners.of(turn.learners.seats()); // heard in another term
    turn.preference = turn.preference.watching(turn.now);
    Generations.forgo(turn, Generations.WON);
    turn.promise = Promise.NONE; // it ran out before the vote; from now on the tenure stands for it
    beat(turn, tenure(turn));
  }

  /**
   * Before whatever a step is about: a tenure that has ended is over, though acknowledgements that
   * would have extended it are among what waits to be read after a pause (S7). So is one whose
   * clock says that its latest beat is yet to be sent: what is left of it is anybody's guess (E19).
   */
  static void expire(Turn turn) {
    if (!(turn.role instanceof Role.Leader(var tenure))) return;
    if (turn.now.isBefore(tenure.latest())) stepDown(turn, Cause.CLOCK);
    else if (!turn.now.isBefore(authorityEnd(turn, tenure))) stepDown(turn, Cause.LAPSE);
  }

  /** {@code tick}, leading: disk, giving up, in this order; then the beat that is due. */
  static void tick(Turn turn) {
    var tenure = tenure(turn);
    if (!turn.diskOk()) stepDown(turn, Cause.DISK);
    else if (turn.role instanceof Role.Pending
        && !turn.now.isBefore(tenure.won().plus(tenure.promise()))) giveUp(turn);
    else if (Electorate.overdue(turn)) stepDown(turn, Cause.STEP_DOWN);
    else {
      if (!turn.now.isBefore(turn.disk.probeDue())) turn.persist();
      if (!turn.now.isBefore(tenure.nextBeat())) beat(turn, tenure);
      else settle(turn, tenure);
    }
  }

  /**
   * beat due → seq += 1, Beat to V ∪ learners. What it names is durable; it never waits for the
   * disk.
   */
  private static void beat(Turn turn, Tenure tenure) {
    var most = turn.content().maxPromise();
    var asked = turn.measured().promise(turn.profile, tenure.promise(), most);
    var next = tenure.beaten(turn.now, turn.profile.heartbeat(), asked);
    var shown = turn.disk.durable();
    var nanos = turn.now.getEpochSecond() * 1_000_000_000L + turn.now.getNano();
    var beat =
        new Frame.Beat(
            next.seq(), nanos, asked, shown.record().content().hash(), shown.view().id());
    turn.preference = turn.preference.beaten();
    turn.sendAll(beat);
    turn.sendLearners(beat);
    Electorate.push(turn);
    settle(turn, next);
  }

  /** {@code ack x}: a voter promised, and perhaps holds this term's record. */
  static void ack(Turn turn, NodeId from, Header header, Frame.BeatAck ack) {
    if (turn.isVoter(from, header)) turn.raise(header.term());
    if (!turn.leading() || header.term() != turn.current.term()) return;
    if (!turn.isVoter(from, header)) {
      Electorate.acked(turn, from, header, ack);
      return;
    }
    if (isTimely(turn)) {
      var took = tenure(turn).took(from, ack.seq(), turn.now);
      took.ifPresent(trip -> turn.answeredIn(from, trip));
    }
    var tenure = promised(turn, from, ack);
    if (!tenure.equals(tenure(turn))) turn.preference = turn.preference.ackedBy(from);
    if (header.holds(turn.record().id())) tenure = tenure.heldBy(from);
    settle(turn, tenure);
    Handover.prefer(turn);
  }

  /**
   * Whether an acknowledgement is stepped when it comes: of those that wait for each other ({@link
   * State#acksTogether}) only the last, so the others tell nothing of a round trip.
   */
  private static boolean isTimely(Turn turn) {
    return !tenure(turn).rested() || tenure(turn).missing(turn.self(), turn.content()) < 2;
  }

  /** What an acknowledgement adds to this leader's time. */
  static Tenure promised(Turn turn, NodeId from, Frame.BeatAck ack) {
    var asked = tenure(turn).promise();
    var granted = ack.granted().compareTo(asked) < 0 ? ack.granted() : asked;
    var drift = new Drift(turn.content().rhoPpm());
    return tenure(turn).acked(from, ack.seq(), granted, drift);
  }

  /**
   * Who has heard from all voters, and at once, need not ask again soon: its next beat comes a rest
   * after the latest, if two more at H then fit into the tenure. When an acknowledgement is late,
   * the beat comes after H as ever: so a mesh under load asks more often than an idle one.
   */
  private static boolean mayRest(Turn turn, Tenure tenure) {
    if (!(turn.role instanceof Role.Leader)) return false;
    var profile = turn.profile;
    var third = profile.rest().plus(profile.heartbeat().multipliedBy(2));
    return turn.current.view().equals(turn.record())
        && turn.agenda.offer() instanceof Offer.None
        && tenure.isHeardByAll(turn.self(), turn.content())
        && !turn.now.isAfter(tenure.latest().plus(profile.atOnce()))
        && !tenure.latest().plus(third).isAfter(authorityEnd(turn, tenure));
  }

  /**
   * Draws the conclusions: tenure = quorum-th largest of exp, self = now + P·κ; PENDING ∧ tenure
   * &gt; now + ε → LEADER, Gained(fence); quorum ⊆ holds → view = rec (R6).
   */
  static void settle(Turn turn, Tenure tenure) {
    var renewed = renewed(turn, tenure, turn.content());
    if (turn.header(turn.disk.durable()).holds(turn.record().id()))
      renewed = renewed.heldBy(turn.self());
    authority(turn, mayRest(turn, renewed) ? resting(turn, renewed) : renewed);
    if (!renewed.committed(turn.content()) || turn.current.view().equals(turn.record())) return;
    Voter.commit(turn, turn.record(), renewed.holds().size());
    Proposer.committed(turn);
  }

  private static Tenure resting(Turn turn, Tenure tenure) {
    return tenure.resting(turn.profile.rest(), turn.profile.heartbeat());
  }

  /** With its end over the voters of {@code content}: this node's own promise is ever fresh. */
  static Tenure renewed(Turn turn, Tenure tenure, Content content) {
    var drift = new Drift(content.rhoPpm());
    var own = turn.now.plus(drift.carries(tenure.promise()));
    return tenure.renewed(turn.self(), own, content);
  }

  /** A tenure ends earlier than it was said to, too: when the voters changed (§2.2, T4). */
  static void authority(Turn turn, Tenure tenure) {
    var until = authorityEnd(turn, tenure);
    if (turn.role instanceof Role.Leader(var known)) {
      turn.role = new Role.Leader(tenure);
      if (!tenure.end().equals(known.end())) turn.add(new Effect.Extended(tenure.fence(), until));
    } else if (until.isAfter(turn.now)) {
      turn.role = new Role.Leader(tenure);
      turn.add(new Effect.Gained(tenure.fence(), until));
    } else turn.role = new Role.Pending(tenure);
  }

  static Instant authorityEnd(Turn turn, Tenure tenure) {
    return tenure.authorityEnd(turn.profile.epsilon());
  }

  /** Authority off, then everybody may know: this term is over for good (S11). */
  static void stepDown(Turn turn, Cause cause) {
    var term = turn.current.term();
    var led = turn.leading();
    turn.rest(cause);
    if (!led) return;
    turn.sendAll(new Frame.StepDown(term, NodeId.NOBODY, cause));
    turn.sendLearners(new Frame.StepDown(term, NodeId.NOBODY, cause));
  }

  /** Too few promised in time: some may have, and follow this node. */
  private static void giveUp(Turn turn) {
    var term = turn.current.term();
    Candidate.lose(turn, Duration.ZERO);
    turn.sendAll(new Frame.StepDown(term, NodeId.NOBODY, Cause.LAPSE));
  }

  private static Tenure tenure(Turn turn) {
    return switch (turn.role) {
      case Role.Pending(var tenure) -> tenure;
      case Role.Leader(var tenure) -> tenure;
      case Role.Observer _,
          Role.Recovering _,
          Role.Quarantined _,
          Role.Follower _,
          Role.PreCandidate _,
          Role.Candidate _,
          Role.Stopped _ ->
          throw new IllegalStateException("no tenure as " + turn.role);
    };
  }
}
