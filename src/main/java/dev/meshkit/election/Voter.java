package dev.meshkit.election;

import dev.meshkit.api.NodeId;
import java.time.Duration;

/**
 * How a voter answers candidates and follows leaders. Each rule cites its handler, §9 of the design
 * of elections.
 */
final class Voter {
  private Voter() {}

  /**
   * {@code preAsk c,T}: grant iff mayVote ∧ ¬promised(c) ∧ T &gt; term ∧ ask.rec ≥ rec.id. Changes
   * no state, timer or disk (E24), except that a pre-candidate may give way.
   */
  static void preAsk(Turn turn, NodeId from, Frame.Ask ask) {
    var why = wouldRefuse(turn, promised(turn, from));
    if (why == Why.GRANTED && ask.term() <= turn.current.term()) why = Why.TERM;
    if (why == Why.GRANTED && !ask.rec().atLeast(turn.record().id())) why = Why.STALE;
    turn.send(from, new Frame.Answer(ask.round(), ask.term(), why, wait(turn, why)));
    if (why == Why.GRANTED) Candidate.yieldTo(turn, from, ask.rec());
  }

  /** {@code ask c,T}: R2. The vote is durable before the answer leaves (S2, E1). */
  static void ask(Turn turn, NodeId from, Header header, Frame.Ask ask) {
    var bound = promised(turn, from) && !Handover.frees(turn, from, header, ask.warrant());
    var why = ask.term() < turn.current.term() ? Why.TERM : wouldRefuse(turn, bound);
    if (why == Why.GRANTED) why = vote(turn, from, ask);
    var answer = new Frame.Answer(ask.round(), ask.term(), why, wait(turn, why));
    if (why == Why.GRANTED) turn.sendDurable(from, answer);
    else turn.send(from, answer);
  }

  private static Why vote(Turn turn, NodeId from, Frame.Ask ask) {
    turn.raise(ask.term());
    if (!ask.rec().atLeast(turn.record().id())) return Why.STALE;
    var voted = turn.current.voted();
    if (!voted.isNobody() && !voted.equals(from)) return Why.VOTED;
    turn.current = turn.current.votedFor(from);
    turn.fireAt =
        turn.now
            .plus(turn.profile.jitter())
            .plus(turn.delayAfter(turn.promise.leader(), turn.profile.jitter()));
    return Why.GRANTED;
  }

  /** ¬mayVote, or {@code promised(x)}: then no term is adopted either (E16). */
  private static Why wouldRefuse(Turn turn, boolean promised) {
    var able =
        switch (turn.role) {
          case Role.Observer _ -> Why.NOT_MEMBER;
          case Role.Recovering _, Role.Quarantined _, Role.Stopped _ -> Why.QUIET;
          case Role.Follower _,
              Role.PreCandidate _,
              Role.Candidate _,
              Role.Pending _,
              Role.Leader _ ->
              Why.GRANTED;
        };
    if (able != Why.GRANTED) return able;
    if (!turn.diskOk()) return Why.DISK;
    return promised ? Why.PROMISE : Why.GRANTED;
  }

  /** {@code promised(x)}: a leader is promised to itself while it has tenure. */
  static boolean promised(Turn turn, NodeId other) {
    if (turn.role instanceof Role.Leader(var tenure)) return turn.now.isBefore(tenure.end());
    return turn.promise.forbids(other, turn.now);
  }

  private static Duration wait(Turn turn, Why why) {
    if (why != Why.PROMISE) return Duration.ZERO;
    var until = turn.role instanceof Role.Leader(var tenure) ? tenure.end() : turn.promise.until();
    return Duration.between(turn.now, until);
  }

  /** {@code beat L,T}: a leader asks for a promise. */
  static void beat(Turn turn, NodeId leader, Header header, Frame.Beat beat) {
    var term = header.term();
    if (term < turn.current.term()) {
      turn.send(leader, new Frame.Answer(0, term, Why.TERM, Duration.ZERO));
      return;
    }
    if (term == turn.current.term() && turn.leading()) {
      if (turn.isVoter(leader, header)) turn.halt(Cause.HIGHER_TERM, HaltCause.SPLIT); // no S1
      else turn.add(new Effect.Dropped(leader, Drop.NOT_MEMBER)); // who cannot have won this term
      return;
    }
    turn.raise(term);
    if (turn.role instanceof Role.PreCandidate || turn.role instanceof Role.Candidate)
      turn.rest(Cause.HIGHER_TERM);
    if (turn.heard.stale(leader, term, beat.seq())) return;
    turn.heard = turn.heard.beat(term, beat.seq());
    Generations.forgo(turn, Generations.LED);
    turn.attempts = turn.attempts.cleared();
    follow(turn, leader, header, beat);
    promise(turn, leader, term, beat);
    if (turn.stopping()) turn.halt(Cause.SHUTDOWN, HaltCause.STOPPED); // a successor leads
  }

  /** The winner's rewrite of a record stored here moves its id only (R3, R10). */
  private static void follow(Turn turn, NodeId leader, Header header, Frame.Beat beat) {
    var stored = turn.record();
    if (header.rec().compareTo(stored.id()) > 0) {
      if (beat.hash().equals(turn.content().hash()))
        turn.current = turn.current.storing(stored.as(header.rec()));
      else turn.send(leader, new Frame.RecordGet(header.rec()));
    }
    if (beat.committed().equals(turn.record().id()) && !turn.current.view().equals(turn.record()))
      commit(turn, turn.record(), 0);
  }

  /**
   * R9, R10: the view moves to a committed record; people hear of it once that is durable (E12).
   */
  static void commit(Turn turn, ScopeRecord committed, int holders) {
    turn.current = turn.current.viewing(committed);
    turn.add(new Effect.Committed(committed, turn.disk.covering(turn.current), holders));
  }

  private static void promise(Turn turn, NodeId leader, long term, Frame.Beat beat) {
    if (turn.role instanceof Role.Quarantined) return;
    var granted = shortest(beat.promise(), turn.content().maxPromise(), turn.current.cap());
    turn.promise = turn.promise.renewed(leader, term, turn.now.plus(granted));
    turn.fireAt = turn.promise.until().plus(turn.delayAfter(leader, turn.profile.jitter()));
    var ack = new Frame.BeatAck(beat.seq(), beat.sentNanos(), granted, turn.diskOk());
    // An ack under an older term says nothing to this leader. One that shows the older record at
    // once keeps the promise off the disk's back; the record is shown again when it is stored.
    var termDurable = turn.disk.durable().term() == term;
    var recordDurable = turn.disk.durable().record().id().equals(turn.record().id());
    if (termDurable) turn.send(leader, ack);
    if (!termDurable || !recordDurable) turn.sendDurable(leader, ack);
  }

  private static Duration shortest(Duration asked, Duration most, Duration cap) {
    var least = asked.compareTo(most) < 0 ? asked : most;
    return least.compareTo(cap) < 0 ? least : cap;
  }

  /** {@code down L,T}: only the leader itself shortens a promise, and never for a later term. */
  static void down(Turn turn, NodeId leader, Frame.StepDown down) {
    turn.heard = turn.heard.steppedDown(leader, down.term());
    if (!down.next().isNobody()) turn.preference = turn.preference.moved(turn.now);
    var promise = turn.promise;
    if (!promise.leader().equals(leader) || down.term() < promise.term()) return;
    turn.promise = Promise.NONE;
    var half = turn.profile.jitter().dividedBy(2);
    var first = down.next().isNobody() || down.next().equals(turn.self());
    turn.fireAt = turn.now.plus(first ? Duration.ZERO : half).plus(turn.delayAfter(leader, half));
  }

  /** {@code record r}: R4. Any valid record with a larger id, from anyone. */
  static void record(Turn turn, NodeId from, Frame.RecordPut put) {
    var later = put.record();
    if (!turn.content().sameBirth(later.content())) {
      turn.add(new Effect.Dropped(from, Drop.INVALID_RECORD));
      return;
    }
    if (turn.agenda.offer() instanceof Offer.Made(var mine, _, _, _) && mine.equals(later)) return;
    if (!put.committed() && !later.content().votes(turn.self(), turn.options.store())) return;
    if (later.id().compareTo(turn.record().id()) > 0) store(turn, later);
    if (put.committed() && later.id().compareTo(turn.current.view().id()) > 0)
      commit(turn, later, 0);
  }

  private static void store(Turn turn, ScopeRecord later) {
    turn.raise(later.id().term());
    turn.current = turn.current.storing(later);
    turn.rest(Cause.HIGHER_TERM); // in or out of V; votes count over V of what the ask carried
    if (!turn.promise.binds(turn.now) || turn.promise.term() != turn.current.term()) return;
    turn.sendDurable(turn.promise.leader(), new Frame.BeatAck(0, 0, Duration.ZERO, turn.diskOk()));
  }

  /** {@code get}: a voter sees the latest record, everybody else the view. Only durable ones. */
  static void get(Turn turn, NodeId from, Header header) {
    var durable = turn.disk.durable();
    var latest = turn.isVoter(from, header);
    var shown = latest ? durable.record() : durable.view();
    turn.send(from, new Frame.RecordPut(shown, shown.equals(durable.view())));
  }

  /**
   * {@code survey}: who is left shows all that its disk holds, also to one that votes no more by
   * its own record. Changes no state, timer or disk, but that one of two recoveries gives way. Who
   * leads, or is promised to a leader, says that instead: nothing is lost.
   */
  static void survey(Turn turn, NodeId from, Frame.Survey survey) {
    if (turn.leading() || turn.promise.forbids(from, turn.now))
      turn.send(from, new Frame.Withholds(survey.id(), Why.PROMISE, word(turn)));
    else if (Generations.givesWay(turn, from, survey)) shows(turn, from, survey);
  }

  /** How long this node's word to a leader, or to itself, holds yet. */
  private static Duration word(Turn turn) {
    // who has won is yet to ask for promises
    if (turn.role instanceof Role.Pending) return turn.profile.promise();
    return wait(turn, Why.PROMISE);
  }

  /** All that the disk holds. */
  static void shows(Turn turn, NodeId from, Frame.Survey survey) {
    var durable = turn.disk.durable();
    turn.send(from, new Frame.Holds(survey.id(), durable.view(), true));
    if (!durable.record().equals(durable.view()))
      turn.send(from, new Frame.Holds(survey.id(), durable.record(), false));
  }
}
