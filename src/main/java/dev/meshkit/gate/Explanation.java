package dev.meshkit.gate;

import dev.meshkit.api.Result;
import java.util.ArrayList;
import java.util.List;

/**
 * Why a subject runs what it runs.
 *
 * @param decided the answer to the question which version runs
 * @param version what the entry says, whether or not this build can run it
 * @param because in words: {@code bucket 1841 < 2500}
 * @param bucket where the subject stands from 0 to 9,999; -1 where that was not asked for
 * @param chain each clause of the rule that was looked at, in their order; the last one matched
 * @param epoch the entry's
 * @param record what it was committed with
 */
public record Explanation(
    Result<Decision> decided,
    int version,
    String because,
    int bucket,
    List<Clause> chain,
    long epoch,
    RecordId record) {
  /** Copies the chain. */
  public Explanation {
    chain = List.copyOf(chain);
  }

  /**
   * A clause of the rule.
   *
   * @param rule {@code baseline}, {@code exclude}, {@code include} or {@code rollout}
   * @param matched whether it decided
   * @param text what was compared
   */
  public record Clause(String rule, boolean matched, String text) {}

  static Explanation of(Result<Decision> decided, Rule.Said said, Entry entry, RecordId record) {
    var because = because(said, entry.rollout());
    return new Explanation(
        decided,
        said.version(),
        because,
        said.bucket(),
        chain(said, entry, because),
        entry.epoch(),
        record);
  }

  private static String because(Rule.Said said, Rollout rollout) {
    return switch (said.because()) {
      case BASELINE -> "nothing was ever committed: the baseline";
      case PINNED -> "the run began under it";
      case EXCLUDED -> "a pattern excludes it";
      case INCLUDED -> "a pattern includes it";
      case REACHED ->
          said.bucket() < 0
              ? "everyone"
              : "bucket " + said.bucket() + " < " + rollout.basisPoints();
      case NOT_REACHED ->
          said.bucket() < 0
              ? "no one yet"
              : "bucket " + said.bucket() + " >= " + rollout.basisPoints();
    };
  }

  private static List<Clause> chain(Rule.Said said, Entry entry, String because) {
    if (said.because() == Rule.Because.BASELINE)
      return List.of(new Clause("baseline", true, because));
    var all = new ArrayList<Clause>();
    all.add(new Clause("baseline", false, "committed: " + entry.text()));
    var isOut = said.because() == Rule.Because.EXCLUDED;
    all.add(new Clause("exclude", isOut, patterns(entry.rollout().exclude())));
    if (isOut) return all;
    var isIn = said.because() == Rule.Because.INCLUDED;
    all.add(new Clause("include", isIn, patterns(entry.rollout().include())));
    if (!isIn) all.add(new Clause("rollout", true, because));
    return all;
  }

  private static String patterns(List<String> patterns) {
    return patterns.isEmpty() ? "no pattern" : String.join(", ", patterns);
  }
}
