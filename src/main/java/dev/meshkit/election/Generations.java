package dev.meshkit.election;

import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How a node goes over to a later incarnation of its scope. Only a recovery begins one, from what
 * the survivors hold; terms, votes and promises of the older one say nothing in it.
 */
final class Generations {
  /** Why a recovery was given up, for people. */
  static final String WON = "this node has won an election: nothing is lost";

  static final String LED = "somebody leads: nothing is lost";
  static final String SILENCED = "this node is silenced: its store was copied or restored";
  static final String STOPPED = "this node has stopped";
  static final String ENDLESS =
      "it took too long: more and more nodes were named that may hold it, or this node stands still";

  private Generations() {}

  /**
   * A frame of another generation: whoever is behind hears of the later one, and goes over. It
   * shows before, if asked, what it holds of the older one: what it revoked then stays so (E29).
   */
  static void other(Turn turn, NodeId from, Frame frame) {
    var header = frame.header();
    if (header.generation() < turn.content().generation()) {
      if (frame.message() instanceof Frame.Holds holds
          && holds.record().content().generation() == header.generation())
        found(turn, from, header, holds);
      turn.send(from, new Frame.RecordPut(turn.disk.durable().view(), true));
      var shown = turn.disk.durable().view().content().generation();
      var behind = shown < turn.content().generation(); // not durable yet, and to be told of (S14)
      if (frame.message() instanceof Frame.Survey(var id) && behind)
        turn.send(from, new Frame.Withholds(id, Why.STALE, Duration.ZERO));
      return;
    }
    forgo(turn, from + " is of a later generation");
    // once it has been heard it is shown the later record: gone over before, it would show no more
    if (frame.message() instanceof Frame.Survey survey) Voter.shows(turn, from, survey);
    else if (frame.message() instanceof Frame.RecordPut(var record, var committed)
        && committed
        && record.content().generation() == header.generation()) adopt(turn, record);
    else turn.send(from, new Frame.RecordGet(header.rec()));
  }

  /**
   * r.gen &gt; gen ∧ committed → adopt generation. Authority of the older one ends first; its
   * fences are older than any of the new one. The cap stays: a clock does not care for generations.
   */
  private static void adopt(Turn turn, ScopeRecord record) {
    turn.rest(Cause.HIGHER_TERM);
    turn.current = turn.current.reborn(record);
    turn.promise = Promise.NONE;
    turn.heard = turn.heard.reborn();
    turn.attempts = turn.attempts.cleared();
    turn.learners = Learners.of(turn.learners.seats());
    turn.rest(Cause.HIGHER_TERM); // a voter of the one may be none of the other
    var jitter = turn.profile.jitter();
    turn.fireAt = turn.now.plus(jitter).plus(turn.delayAfter(NodeId.NOBODY, jitter));
    Voter.commit(turn, record, 0);
  }

  /**
   * A quorum is lost for good (§7): this voter asks all others what their disks hold, and goes on
   * alone with the largest record that is left.
   */
  static void recover(Turn turn, Input.Recover wish) {
    var not = refusal(turn, wish);
    if (!not.isEmpty()) {
      turn.add(new Effect.Forgone(wish.genesis(), not));
      return;
    }
    var patience = longer(turn.profile.promise(), turn.measured().deadline(turn.profile));
    var others = others(turn, wish.also());
    ask(turn, Survivors.asking(wish.genesis(), seat(turn), others, turn.now, patience));
  }

  private static String refusal(Turn turn, Input.Recover wish) {
    if (turn.role instanceof Role.Quarantined) return SILENCED;
    if (turn.leading()) return WON;
    if (!turn.isVoter()) return "this node does not vote";
    var generation = turn.content().generation();
    if (generation != wish.generation()) return "generation " + generation + " has begun meanwhile";
    return turn.attempts.survivors().isNone() ? "" : "another recovery of this scope is under way";
  }

  /** Gives up what is being recovered, if anything is. */
  static void forgo(Turn turn, String why) {
    var genesis = turn.attempts.survivors().genesis();
    if (genesis.isEmpty()) return;
    turn.attempts = turn.attempts.recovering(Survivors.NONE);
    turn.add(new Effect.Forgone(genesis, why));
  }

  private static Seat seat(Turn turn) {
    var own =
        turn.content().voters().stream()
            .filter(seat -> seat.is(turn.self(), turn.options.store()))
            .findFirst()
            .orElseThrow();
    // who only watched until now is the only one left to lead
    var rank = own.rank() == Seat.WITNESS ? Seat.DEFAULT_RANK : own.rank();
    return new Seat(turn.self(), turn.options.store(), rank);
  }

  /** Who may hold what was committed: who votes by either record, and who learns. */
  private static SortedSet<NodeId> others(Turn turn, List<NodeId> also) {
    var others = new TreeSet<>(also);
    others.addAll(turn.attempts.survivors().asked()); // who recovers it, too
    for (var seat : turn.content().voters()) others.add(seat.node());
    for (var seat : turn.current.view().content().voters()) others.add(seat.node());
    for (var seat : turn.learners.seats()) others.add(seat.node());
    others.remove(turn.self());
    return others;
  }

  private static void ask(Turn turn, Survivors survivors) {
    for (var other : survivors.asked()) turn.send(other, new Frame.Survey(survivors.genesis()));
    var next = turn.now.plus(turn.profile.heartbeat());
    turn.attempts = turn.attempts.recovering(survivors.askedUntil(next));
  }

  /**
   * Of two that recover at once one goes on, that of the larger genesis id, and asks the other,
   * which it may not have known of. Whether this voter is, or is now, one that shows what it holds.
   */
  static boolean givesWay(Turn turn, NodeId to, Frame.Survey survey) {
    var own = turn.attempts.survivors();
    if (own.genesis().equals(survey.id())) return true;
    if (!own.isNone() && own.genesis().compareTo(survey.id()) < 0)
      forgo(turn, to + " is recovering this scope, too, and goes first");
    if (turn.attempts.survivors().isNone()) {
      turn.attempts = turn.attempts.recovering(turn.attempts.survivors().askedBy(to));
      return true;
    }
    turn.attempts = turn.attempts.recovering(own.asking(List.of(to), turn.now));
    turn.send(to, new Frame.Survey(own.genesis()));
    return false;
  }

  /**
   * Why a survivor shows nothing: it leads, follows a leader, or did until just now, or has begun a
   * later generation, which need not be durable there yet. Else two would begin one (S14).
   */
  static void withheld(Turn turn, NodeId from, Frame.Withholds not) {
    var own = turn.attempts.survivors();
    if (own.isNone() || !own.genesis().equals(not.survey())) return;
    var ms = not.retryIn().toMillis();
    if (not.why() == Why.PROMISE)
      forgo(
          turn,
          from + " leads or follows a leader: if that is gone, its word ends in " + ms + " ms");
    if (not.why() == Why.STALE) forgo(turn, from + " is of a later generation");
  }

  /** What a survivor's disk holds, of this generation; the next one begins at a tick. */
  static void holds(Turn turn, NodeId from, Header header, Frame.Holds holds) {
    if (turn.content().sameBirth(holds.record().content())) found(turn, from, header, holds);
    else turn.add(new Effect.Dropped(from, Drop.INVALID_RECORD));
  }

  private static void found(Turn turn, NodeId from, Header header, Frame.Holds holds) {
    var asked = turn.attempts.survivors();
    var after = asked.with(from, header, holds, turn.current.view(), turn.now);
    turn.attempts = turn.attempts.recovering(after);
  }

  /**
   * Who was asked has answered, or its time is over: from here on it is as if somebody else had
   * begun the later generation. What is found is gone over to whole, or not at all: not by one that
   * votes no more by the largest record that is left, or that a survivor knows to be revoked, and
   * not if it is more than a record takes. A node that stood still asks all over again.
   */
  static void tick(Turn turn) {
    var survivors = turn.attempts.survivors();
    if (turn.now.isBefore(survivors.due())) return;
    if (!turn.now.isBefore(survivors.time().end()) || survivors.asked().size() > Survivors.LIMIT) {
      forgo(turn, ENDLESS);
      return;
    }
    var overslept = survivors.isOverslept(turn.now);
    if (overslept || turn.now.isBefore(survivors.time().until())) {
      ask(turn, overslept ? survivors.anew(turn.now) : survivors);
      return;
    }
    var found = new ArrayList<>(survivors.found().values());
    found.add(turn.current);
    var begun = Recovery.whole(found, survivors.seat(), survivors.genesis());
    if (begun.isEmpty()) forgo(turn, Recovery.MORE);
    else if (!Recovery.latest(found).content().votes(turn.self(), turn.options.store()))
      forgo(turn, "by the latest record that is left this node votes no more");
    else if (begun.get().record().content().isRevoked(turn.self()))
      forgo(turn, "a survivor knows this node to be revoked");
    else {
      turn.attempts = turn.attempts.recovering(Survivors.NONE); // it is done
      adopt(turn, begun.get().record());
      for (var other : survivors.asked())
        turn.sendDurable(other, new Frame.RecordPut(turn.record(), true));
    }
  }

  /** The longer of two. */
  static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
