package dev.meshkit.election;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.ArrayList;

/** How a voter tries to lead: a round that only asks, then a round that binds. */
final class Candidate {
  private Candidate() {}

  /**
   * {@code tick}: FOLLOWER ∧ self ∈ V ∧ rank ≠ 255 ∧ disk ok ∧ now ≥ fireAt → Race(pre, term+1).
   */
  static void fire(Turn turn) {
    if (!turn.diskOk() || turn.promise.binds(turn.now)) {
      rearm(turn);
      return;
    }
    var round = round(turn, true, new Warrant.None());
    turn.role = new Role.PreCandidate(round, turn.now.plus(patience(round)));
    turn.add(new Effect.Race(round, turn.disk.covering(turn.current)));
  }

  private static void rearm(Turn turn) {
    var spread = turn.profile.jitter();
    var from = turn.promise.binds(turn.now) ? turn.promise.until() : turn.now.plus(spread);
    turn.fireAt = from.plus(turn.delayAfter(turn.promise.leader(), spread));
  }

  /** {@code counted b}: the race only ended early; here its outcome is judged. */
  static void counted(Turn turn, Ballot ballot) {
    switch (turn.role) {
      case Role.PreCandidate(var round, _) when round.id() == ballot.round().id() ->
          counted(turn, round, ballot);
      case Role.Candidate(var round, _) when round.id() == ballot.round().id() ->
          counted(turn, round, ballot);
      case Role.PreCandidate _,
          Role.Candidate _,
          Role.Observer _,
          Role.Recovering _,
          Role.Quarantined _,
          Role.Follower _,
          Role.Pending _,
          Role.Leader _,
          Role.Stopped _ -> {} // stale round
    }
  }

  private static void counted(Turn turn, Round round, Ballot ballot) {
    var valid = ballot.won() && !turn.promise.binds(turn.now); // a self-vote obeys its own promise
    if (valid && round.pre()) stand(turn, new Warrant.None());
    else if (valid) win(turn);
    else {
      turn.raise(ballot.higher());
      lose(turn, ballot.promiseWait());
    }
  }

  /** pre ∧ won → term += 1, voted = self, persist k, Race(vote)@k. */
  static void stand(Turn turn, Warrant warrant) {
    turn.current = turn.current.raised(turn.current.term() + 1).votedFor(turn.self());
    var round = round(turn, false, warrant);
    var expires = turn.now.plus(turn.profile.disk()).plus(patience(round));
    turn.role = new Role.Candidate(round, expires);
    turn.add(new Effect.Race(round, turn.disk.covering(turn.current)));
  }

  /** vote ∧ won → PENDING, rec.id = (term, rec.version), persist k, beat now (R3). */
  private static void win(Turn turn) {
    turn.current = turn.current.storing(turn.record().rewritten(turn.current.term()));
    Leader.begin(turn);
  }

  /**
   * A voter answers. It counts once, and only with this round; whoever knows a later record is
   * asked for it, and a leader that hears of a later term steps down.
   */
  static void answered(Turn turn, NodeId from, Header header, Frame.Answer answer) {
    if (!turn.isVoter(from, header)) return;
    if (turn.leading()) turn.raise(header.term());
    if (header.rec().compareTo(turn.record().id()) > 0)
      turn.send(from, new Frame.RecordGet(header.rec()));
    var round = asking(turn.role);
    if (!turn.leading())
      turn.attempts
          .took(from, answer.round(), turn.now)
          .ifPresent(
              took -> {
                turn.attempts = turn.attempts.heard(from);
                turn.answeredIn(from, took);
              });
    if (round != answer.round() || round == 0) return;
    turn.add(new Effect.Answered(round, new Ballot.Answered(from, header.term(), answer)));
  }

  private static long asking(Role role) {
    return switch (role) {
      case Role.PreCandidate(var round, _) -> round.id();
      case Role.Candidate(var round, _) -> round.id();
      case Role.Observer _,
          Role.Recovering _,
          Role.Quarantined _,
          Role.Follower _,
          Role.Pending _,
          Role.Leader _,
          Role.Stopped _ ->
          0;
    };
  }

  /** A round whose end nobody reported is lost, too: timers outlive rounds (E22). */
  static void expired(Turn turn) {
    lose(turn, Duration.ZERO);
  }

  /**
   * Lost round k waits U(0, J·min(1+k, 4)); one lost only to promises asks again once, when the
   * last of them ends.
   */
  static void lose(Turn turn, Duration promiseWait) {
    turn.rest(Cause.HIGHER_TERM);
    if (promiseWait.isPositive() && !turn.attempts.again()) {
      var most = turn.content().maxPromise();
      var wait = promiseWait.compareTo(most) < 0 ? promiseWait : most;
      turn.attempts = turn.attempts.askingAgain().lostOne();
      turn.fireAt = turn.now.plus(wait).plus(turn.place(turn.promise.leader()));
      return;
    }
    var spread = turn.profile.jitter().multipliedBy(Math.min(1 + turn.attempts.lost(), 4));
    turn.attempts = turn.attempts.lostOne();
    turn.fireAt = turn.now.plus(turn.facts.upTo(spread));
  }

  /**
   * A pre-candidate that grants a pre-vote to one before it (larger record id, then rank, then id)
   * drops its round for J, once per rival and leaderless period: it makes split votes rare (E23).
   */
  static void yieldTo(Turn turn, NodeId rival, RecordId itsRecord) {
    if (!(turn.role instanceof Role.PreCandidate) || turn.attempts.yielded().contains(rival))
      return;
    if (!before(turn, rival, itsRecord)) return;
    turn.rest(Cause.HIGHER_TERM);
    turn.attempts = turn.attempts.yieldingTo(rival);
    turn.fireAt = turn.now.plus(turn.profile.jitter());
  }

  private static boolean before(Turn turn, NodeId rival, RecordId itsRecord) {
    var byRecord = itsRecord.compareTo(turn.record().id());
    if (byRecord != 0) return byRecord > 0;
    for (var seat : turn.content().orderWithout(NodeId.NOBODY)) {
      if (seat.node().equals(rival)) return true;
      if (seat.node().equals(turn.self())) return false;
    }
    return false;
  }

  private static Round round(Turn turn, boolean pre, Warrant warrant) {
    turn.attempts = turn.attempts.next();
    var id = turn.attempts.round();
    var term = pre ? turn.current.term() + 1 : turn.current.term();
    var ask = new Frame.Ask(id, pre, term, turn.record().id(), warrant);
    var others = new ArrayList<NodeId>();
    var counted = turn.content(); // R8
    for (var seat : counted.voters()) if (!seat.node().equals(turn.self())) others.add(seat.node());
    var frame = new Frame(turn.header(turn.current), ask);
    if (pre && turn.disk.covering(turn.current) == 0)
      turn.attempts = turn.attempts.asking(others, turn.now);
    var deadline = turn.measured().deadline(turn.profile);
    return new Round(id, turn.self(), frame, others, counted.quorum(), deadline);
  }

  /** Longer than a round's deadline: this only catches a race whose end got lost. */
  private static Duration patience(Round round) {
    return round.deadline().multipliedBy(2);
  }
}
