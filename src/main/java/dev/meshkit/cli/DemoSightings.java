package dev.meshkit.cli;

import dev.meshkit.control.proto.LeaderItem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every claim to lead that anybody made, with the time it is proven for. A leader's own answer with
 * tenure left proves authority at some instant between question and answer; so between the answer
 * to its first claim and the question for its last it led all along. Thread-safe.
 */
final class DemoSightings {
  private final Map<Claim, Span> spans = new HashMap<>(); // guarded by this

  /**
   * One tenure as claimed.
   *
   * @param scope what is led
   * @param generation of its fence
   * @param term of its fence
   * @param leader who, says the claim
   */
  record Claim(String scope, long generation, long term, String leader) {
    /** The tenure that an answer names, if it names one. */
    static Optional<Claim> of(LeaderItem item) {
      if (item.getState() != LeaderItem.State.LED || !item.hasLeader()) return Optional.empty();
      return Optional.of(
          new Claim(item.getScope(), item.getGeneration(), item.getTerm(), item.getLeader()));
    }

    private boolean hasFenceOf(Claim other) {
      return generation == other.generation && term == other.term;
    }

    /** Whether this fence is greater than another of the same scope. */
    boolean isAfter(Claim other) {
      return generation != other.generation ? generation > other.generation : term > other.term;
    }
  }

  /** Proven authority: from the first answer to the last question; empty while from is after to. */
  private record Span(Instant from, Instant to) {
    boolean isEmpty() {
      return from.isAfter(to);
    }

    boolean overlaps(Span other) {
      var begin = from.isAfter(other.from) ? from : other.from;
      var end = to.isBefore(other.to) ? to : other.to;
      return begin.isBefore(end);
    }
  }

  /** Somebody repeats a claim: it exists, but proves no time. */
  synchronized void heard(Claim claim) {
    spans.putIfAbsent(claim, new Span(Instant.MAX, Instant.MIN));
  }

  /** The leader itself says so, asked and answering at these monotonic times. */
  synchronized void led(Claim claim, Instant asked, Instant answered) {
    spans.merge(
        claim,
        new Span(answered, asked),
        (old, now) ->
            new Span(
                old.from.isBefore(now.from) ? old.from : now.from,
                old.to.isAfter(now.to) ? old.to : now.to));
  }

  /** Whether some leader of {@code scope} has itself proven authority. */
  synchronized boolean sawRuled(String scope) {
    return spans.entrySet().stream()
        .anyMatch(
            seen ->
                seen.getKey().scope().equals(scope) && !seen.getValue().from().equals(Instant.MAX));
  }

  /** Pairs of leaders that had one fence, or ruled one scope at one time, in words. */
  synchronized List<String> dualLeaders() {
    var claims = List.copyOf(spans.keySet());
    var dual = new ArrayList<String>();
    for (var i = 0; i < claims.size(); i++) {
      for (var other : claims.subList(i + 1, claims.size())) {
        if (areDual(claims.get(i), other)) dual.add(words(claims.get(i)) + " and " + words(other));
      }
    }
    return dual;
  }

  private String words(Claim claim) {
    var span = spanOf(claim);
    var fence = claim.generation() + "." + claim.term();
    var seen = span.isEmpty() ? ", as others say" : " from " + span.from() + " to " + span.to();
    return claim.leader() + " over " + claim.scope() + " with fence " + fence + seen;
  }

  private boolean areDual(Claim one, Claim other) {
    if (!one.scope().equals(other.scope()) || one.leader().equals(other.leader())) return false;
    return one.hasFenceOf(other) || spanOf(one).overlaps(spanOf(other));
  }

  private Span spanOf(Claim claim) {
    return spans.getOrDefault(claim, new Span(Instant.MAX, Instant.MIN));
  }

  /** How long after {@code since} the first authority with a greater fence than {@code old} was. */
  synchronized Optional<Duration> gapAfter(Claim old, Instant since) {
    var firsts = new ArrayList<Instant>();
    spans.forEach(
        (claim, span) -> {
          if (claim.scope().equals(old.scope()) && claim.isAfter(old)) firsts.add(span.from);
        });
    return firsts.stream()
        .filter(Instant.MAX::isAfter)
        .min(Instant::compareTo)
        .map(first -> Duration.between(since, first));
  }
}
