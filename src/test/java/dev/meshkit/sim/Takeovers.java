package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import java.util.List;
import java.util.Optional;

/** How long the first scope is without a leader after the one it had fell. */
final class Takeovers {
  /** In thousandths of what it may take. */
  static final String TIME = "takeover ‰";

  /** Terms until somebody leads again. */
  static final String TERMS = "takeover terms";

  private final Coverage coverage;
  private final long bound;
  private List<Fall> open = List.of(); // none or one

  private record Fall(NodeId who, long term, long at) {}

  /** {@code bound}: what a takeover may take at the 99th percentile, nanoseconds; 0: not said. */
  Takeovers(long bound, Coverage coverage) {
    this.bound = bound;
    this.coverage = coverage;
  }

  /** Who has authority now is being killed, cut off or stopped. */
  void fell(List<Sight.Holder> holders, SimNode node, long now) {
    if (bound == 0 || !open.isEmpty()) return;
    for (var held : holders)
      if (held.node().equals(node.label()))
        open = List.of(new Fall(node.label(), held.fence().term(), now));
  }

  /** Who has authority after an event. */
  Optional<Sight> seen(List<Sight.Holder> holders, long now) {
    for (var fall : open)
      for (var held : holders)
        if (!held.node().equals(fall.who)) return Optional.of(over(fall, held, now));
    return Optional.empty();
  }

  private Sight over(Fall fall, Sight.Holder next, long now) {
    open = List.of();
    var took = now - fall.at;
    coverage.measure(TIME, took * 1_000 / bound);
    coverage.measure(TERMS, next.fence().term() - fall.term);
    return new Sight.Takeover(fall.who, next.node(), took, bound);
  }
}
