package dev.meshkit.gate;

import dev.meshkit.api.Result;

/**
 * Why a subject runs what it runs.
 *
 * @param decided the answer to the question which version runs
 * @param version what the entry says, whether or not this build can run it
 * @param because in words: {@code bucket 1841 < 2500}
 * @param epoch the entry's
 * @param record what it was committed with
 */
public record Explanation(
    Result<Decision> decided, int version, String because, long epoch, RecordId record) {
  static Explanation of(Result<Decision> decided, Rule.Said said, Entry entry, RecordId record) {
    var because = because(said, entry.rollout());
    return new Explanation(decided, said.version(), because, entry.epoch(), record);
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
}
