package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * M16, M19: how often somebody with whom nothing is wrong is accused, for nothing but the weather
 * and the accuser's own pauses. One run decides nothing; in nine of ten of a campaign it is 12 at
 * most, and 79 where nobody doubts itself.
 */
final class FewAreDoubted implements Oracle {
  private static final String DOUBTS = "doubts of the healthy";
  private static final int MOST = 40; // in nine of ten runs

  private final Set<NodeId> sick;
  private long doubts;

  FewAreDoubted(Set<NodeId> sick) {
    this.sick = new TreeSet<>(sick);
  }

  @Override
  public String name() {
    return "M16";
  }

  @Override
  public String see(Sight sight) {
    if (sight instanceof Sight.Accuses(_, var subject) && !sick.contains(subject)) doubts++;
    return "";
  }

  @Override
  public void measure(Coverage run) {
    run.measure(DOUBTS, doubts);
  }

  /** What is wrong about all of a campaign. */
  static List<String> excess(Coverage seen) {
    if (seen.measured(DOUBTS) == 0) return List.of("VACUOUS: no " + DOUBTS + " were measured");
    if (seen.percentile(DOUBTS, 90) <= MOST) return List.of();
    return List.of("DOUBTFUL: " + DOUBTS + " " + seen);
  }
}
