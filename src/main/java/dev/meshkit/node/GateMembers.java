package dev.meshkit.node;

import dev.meshkit.api.Member;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.Scope;
import dev.meshkit.election.Author;
import dev.meshkit.gate.MemberReport;
import dev.meshkit.gate.Support;
import dev.meshkit.pipeline.All;
import dev.meshkit.pipeline.Step;
import dev.meshkit.wire.GateReport;
import dev.meshkit.wire.LeaderAsk;
import dev.meshkit.wire.LeaderAsk.Wish;
import dev.meshkit.wire.LeaderReply;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What the members that are not known to be gone say of a change, each asked itself.
 *
 * @param heard by node
 * @param at when they were asked, of the monotonic clock
 */
record GateMembers(List<Heard> heard, Instant at) {
  private static final int AT_ONCE = 32;
  private static final Duration LONGEST = Duration.ofSeconds(3);

  /** Copies the list. */
  GateMembers {
    heard = List.copyOf(heard);
  }

  /**
   * One of them.
   *
   * @param node who
   * @param said what; empty if it did not answer
   */
  record Heard(NodeId node, Optional<GateReport> said) {
    /** What it can run: nothing, as far as is known, if it did not say. */
    Support support() {
      return said.map(one -> new Support(one.min(), one.max())).orElse(Support.NONE);
    }

    boolean isKnown() {
      return said.filter(one -> one.max() > 0).isPresent();
    }
  }

  /** Asks all members at once that {@code which} holds of; blocks at most 3 s. */
  static GateMembers ask(
      LeaderCalls calls, Snapshot seen, String change, Duration within, Instant now)
      throws InterruptedException {
    var wait = within.compareTo(LONGEST) < 0 ? within : LONGEST;
    var ask = new LeaderAsk(Scope.GLOBAL, Author.NONE, wait, new Wish.Report(change));
    var steps =
        seen.mesh().members().stream()
            .filter(GateMembers::mayBeThere)
            .map(Member::node)
            .sorted()
            .map(node -> Step.of(() -> Result.ok(heard(node, calls.at(node, ask)))))
            .toList();
    return new GateMembers(All.of(steps, AT_ONCE).orThrow(), now);
  }

  private static boolean mayBeThere(Member member) {
    return switch (member.status()) {
      case ALIVE, SUSPECT -> true;
      case DEAD, LEFT -> false;
    };
  }

  private static Heard heard(NodeId node, LeaderReply reply) {
    return reply instanceof LeaderReply.Reported(var report)
        ? new Heard(node, Optional.of(report))
        : new Heard(node, Optional.empty());
  }

  /** Those of them that {@code which} holds of. */
  GateMembers only(Predicate<NodeId> which) {
    return new GateMembers(heard.stream().filter(one -> which.test(one.node())).toList(), at);
  }

  /** Who did not answer. */
  List<NodeId> silent() {
    return heard.stream().filter(one -> one.said().isEmpty()).map(Heard::node).toList();
  }

  /** In the words of the gate. */
  List<MemberReport> reports() {
    return heard.stream().map(this::report).toList();
  }

  private MemberReport report(Heard one) {
    var uses = new HashMap<Integer, Instant>();
    if (one.said().isEmpty()) return new MemberReport(one.node(), Support.NONE, at, uses);
    var said = one.said().get();
    for (var use : said.uses()) uses.put(use.version(), at.minus(use.ago()));
    return new MemberReport(one.node(), one.support(), at.minus(said.watched()), uses);
  }
}
