package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;

/**
 * How a leader changes the scope record: one version at a time, each upon a committed one of its
 * own term (R7). A proposal is never taken back: who gives one up gives up the term.
 */
final class Proposer {
  private static final String FULL = " changes wait already";

  private Proposer() {}

  /** A command came. It waits for a verdict only where one can be given. */
  static void command(Turn turn, Command command) {
    if (!(turn.role instanceof Role.Leader))
      reply(turn, command.id(), new Verdict.NotLeader(hint(turn)));
    else if (turn.agenda.isFull(turn.options.waiting()))
      reply(turn, command.id(), new Verdict.Refused(turn.options.waiting() + FULL));
    else {
      turn.agenda = turn.agenda.with(command);
      advance(turn);
    }
  }

  /**
   * What is proposed is durable here: it goes to the other voters at once, who store it and say so,
   * so that a commit takes a round trip and two writes. What is lost on the way is asked for when
   * the next beat names it. A winner's rewrite is not pushed: its beats say enough (E13).
   */
  static void push(Turn turn) {
    if (turn.agenda.inFlight().isEmpty()) return;
    var shown = turn.disk.durable().record();
    if (shown.equals(turn.record())) turn.sendAll(new Frame.RecordPut(shown, false));
  }

  /** A quorum holds this term's record: whoever waits for it may know, and the next may follow. */
  static void committed(Turn turn) {
    var version = turn.record().id().version();
    for (var id : turn.agenda.inFlight()) reply(turn, id, new Verdict.Applied(version));
    turn.agenda = turn.agenda.landed();
    advance(turn);
  }

  /**
   * Leadership is lost. What is in a record may yet be committed by a successor (§2.2: two fates);
   * what only waited is certain not to be.
   */
  static void abandon(Turn turn) {
    for (var id : turn.agenda.inFlight()) reply(turn, id, new Verdict.Indeterminate());
    for (var command : turn.agenda.waiting())
      reply(turn, command.id(), new Verdict.NotLeader(NodeId.NOBODY));
    turn.agenda = Agenda.EMPTY;
  }

  private static void advance(Turn turn) {
    if (!(turn.role instanceof Role.Leader(var tenure)) || !mayPropose(turn, tenure)) return;
    var base = turn.record();
    var draft = fold(turn, tenure, base);
    if (turn.agenda.inFlight().isEmpty()) return;
    var id = new RecordId(turn.current.term(), base.id().version() + 1);
    var next = new ScopeRecord(id, draft);
    var until = turn.now.plus(turn.profile.heartbeat().multipliedBy(Electorate.PATIENCE));
    Electorate.newcomer(base.content(), draft)
        .ifPresentOrElse(
            seat -> Electorate.offer(turn, tenure, new Offer.Made(next, seat, until, false)),
            () -> store(turn, tenure, next));
  }

  /** From here on this leader counts over the voters of {@code next} (R8). */
  static void store(Turn turn, Tenure tenure, ScopeRecord next) {
    turn.current = turn.current.storing(next);
    var begun = tenure.proposing(next.content(), turn.profile.heartbeat());
    Leader.authority(turn, Leader.renewed(turn, begun, next.content()));
  }

  /**
   * (T, v) is this term's own and committed, and nothing newer is in flight. Authority besides: a
   * deposed leader must not answer from a record that others have left behind (§2.3).
   */
  private static boolean mayPropose(Turn turn, Tenure tenure) {
    var own = turn.record().id().term() == turn.current.term();
    var committed = turn.current.view().equals(turn.record());
    if (turn.agenda.offer() instanceof Offer.Made) return false;
    return own && committed && turn.now.isBefore(Leader.authorityEnd(turn, tenure));
  }

  /** As many waiting changes as one version takes, in order of arrival. */
  private static Content fold(Turn turn, Tenure tenure, ScopeRecord base) {
    var draft = base.content();
    var taken = new ArrayList<Bytes>();
    var waiting = new ArrayDeque<>(turn.agenda.waiting());
    while (!waiting.isEmpty() && fits(waiting.peek(), base.content(), draft)) {
      var command = waiting.remove();
      if (!answered(turn, command, base) && !refused(turn, tenure, command, draft)) {
        draft = command.change().of(draft).applying(command);
        taken.add(command.id());
      }
    }
    turn.agenda = new Agenda(new ArrayList<>(waiting), taken, new Offer.None());
    return draft;
  }

  /**
   * Whether its verdict depends on nothing that is only in the draft; else it waits its turn. A
   * change of who votes is alone in its version, so that no payload waits for a newcomer.
   */
  private static boolean fits(Command command, Content base, Content draft) {
    if (draft.equals(base)) return true;
    var moves = command.change().ofVoters() || draft.voters().size() != base.voters().size();
    if (moves) return false;
    return command.expected() == Command.ANY && !draft.applied().contains(command.id());
  }

  /** Whether the committed record settles it. */
  private static boolean answered(Turn turn, Command command, ScopeRecord base) {
    var version = base.id().version();
    if (base.content().applied().contains(command.id()))
      reply(turn, command.id(), new Verdict.Applied(version));
    else if (command.expected() != Command.ANY && command.expected() != version)
      reply(turn, command.id(), new Verdict.Conflict(version));
    else return false;
    return true;
  }

  /** Whether a rule settles it, of the record or of who votes. */
  private static boolean refused(Turn turn, Tenure tenure, Command command, Content draft) {
    var reason = command.change().refusal(draft);
    if (reason.isEmpty()) reason = Electorate.refusal(turn, tenure, command.change());
    if (reason.isEmpty() && !command.change().of(draft).applying(command).fits())
      reason = "a record has at most 64 KiB";
    if (!reason.isEmpty()) reply(turn, command.id(), new Verdict.Refused(reason));
    return !reason.isEmpty();
  }

  private static NodeId hint(Turn turn) {
    return switch (turn.state().decision()) {
      case LeaderDecision.Following(var leader, _) -> leader;
      case LeaderDecision.Led _, LeaderDecision.Undecided _ -> NodeId.NOBODY;
    };
  }

  private static void reply(Turn turn, Bytes id, Verdict verdict) {
    turn.add(new Effect.Replied(id, verdict));
  }
}
