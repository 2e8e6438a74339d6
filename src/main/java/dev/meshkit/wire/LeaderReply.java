package dev.meshkit.wire;

import dev.meshkit.api.NodeId;
import dev.meshkit.election.Verdict;
import java.time.Duration;

/** The answer to a {@link LeaderAsk}. */
public sealed interface LeaderReply {
  /**
   * What became of a change; {@link Verdict.NotLeader} also answers every other wish.
   *
   * @param verdict what
   */
  record Settled(Verdict verdict) implements LeaderReply {}

  /**
   * Leadership stays where it is.
   *
   * @param why for people
   */
  record Kept(String why) implements LeaderReply {}

  /**
   * Another leads.
   *
   * @param leader who
   * @param fence its tenure's
   * @param gap how long nobody had authority, as the old leader measured it
   */
  record Moved(NodeId leader, Reign fence, Duration gap) implements LeaderReply {}

  /**
   * The leader gave up its term, and nobody leads yet.
   *
   * @param gap how long so far
   */
  record Vacant(Duration gap) implements LeaderReply {}

  /**
   * The callee leads.
   *
   * @param fence its tenure's
   */
  record Leads(Reign fence) implements LeaderReply {}

  /**
   * What the callee says of a change.
   *
   * @param report what
   */
  record Reported(GateReport report) implements LeaderReply {}

  /**
   * A fence, of the scope that was asked about.
   *
   * @param generation from 1
   * @param term of the tenure
   */
  record Reign(int generation, long term) {}
}
