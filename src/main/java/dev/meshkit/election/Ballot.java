package dev.meshkit.election;

import dev.meshkit.api.NodeId;
import dev.meshkit.runtime.Tally;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BinaryOperator;

/**
 * The answers of one round so far. Each voter counts once, in whatever order answers come: a grant
 * binds its voter, so it outweighs a refusal of the same voter.
 *
 * @param round what was asked
 * @param granted who said yes, the candidate included
 * @param refused who said no, and why
 * @param higher the highest term in an answer's header; 0 if none came
 * @param rival somebody leads, or this round was given up for another reason
 */
public record Ballot(
    Round round,
    SortedSet<NodeId> granted,
    SortedMap<NodeId, Frame.Answer> refused,
    long higher,
    boolean rival)
    implements Tally<Ballot.Reply, Ballot> {
  private static final Comparator<Frame.Answer> LONGEST_WAIT =
      Comparator.comparing(Frame.Answer::retryIn).thenComparing(Frame.Answer::why);

  /** Copies the collections. */
  public Ballot {
    granted = Collections.unmodifiableSortedSet(new TreeSet<>(granted));
    refused = Collections.unmodifiableSortedMap(new TreeMap<>(refused));
  }

  /** What a race hears. */
  public sealed interface Reply {}

  /**
   * A voter's answer.
   *
   * @param voter whose
   * @param term the term in its header
   * @param answer what it said
   */
  public record Answered(NodeId voter, long term, Frame.Answer answer) implements Reply {}

  /** A leader beats, a later record came, or a better candidate asks: this round ends. */
  public record Rival() implements Reply {}

  /** Nobody but the candidate has answered. */
  public static Ballot of(Round round) {
    var self = new TreeSet<NodeId>();
    self.add(round.self());
    return new Ballot(round, self, new TreeMap<>(), 0, false);
  }

  /** A quorum granted, and nothing forbids to take it. */
  public boolean won() {
    return !rival && !outdated() && granted.size() >= round.quorum();
  }

  /** Whether even all who are silent could not make it won. */
  public boolean lost() {
    return rival || outdated() || reachable() < round.quorum();
  }

  @Override
  public boolean decided() {
    return won() || lost();
  }

  @Override
  public Ballot with(Reply reply) {
    return switch (reply) {
      case Answered(var voter, _, _) when !round.others().contains(voter) -> this;
      case Answered(var voter, var term, var answer) -> counting(voter, term, answer);
      case Rival() -> new Ballot(round, granted, refused, higher, true);
    };
  }

  /** Silence is no refusal: the voter's answer may have been lost. */
  @Override
  public Ballot without(Throwable failure) {
    return this;
  }

  /** The longest wait named by refusals, if all of them were for a promise; else zero. */
  Duration promiseWait() {
    var longest = Duration.ZERO;
    for (var answer : refused.values()) {
      if (answer.why() != Why.PROMISE) return Duration.ZERO;
      if (answer.retryIn().compareTo(longest) > 0) longest = answer.retryIn();
    }
    return longest;
  }

  /**
   * A voter of term T makes a pre-vote for T pointless, and a vote for T only when it is past T.
   */
  private boolean outdated() {
    return round.pre() ? higher >= round.term() : higher > round.term();
  }

  private int reachable() {
    return 1 + round.others().size() - refused.size();
  }

  private Ballot counting(NodeId voter, long term, Frame.Answer answer) {
    var above = Math.max(higher, term);
    var yes = new TreeSet<>(granted);
    var no = new TreeMap<>(refused);
    if (answer.granted()) {
      yes.add(voter);
      no.remove(voter);
    } else if (!yes.contains(voter)) {
      no.merge(voter, answer, BinaryOperator.maxBy(LONGEST_WAIT));
    }
    return new Ballot(round, yes, no, above, rival);
  }
}
