package dev.meshkit.bench.pipeline;

import java.util.Set;

/**
 * The same work done with the package and with plain Java.
 *
 * @param name as in the table of the guide
 * @param work what one unit of it is
 * @param peer what stands beside ours
 * @param bound what it must come to
 * @param ours done with the package
 * @param plain done without
 */
record Contest(String name, String work, String peer, Bound bound, Side ours, Side plain) {
  /** What the whole is accepted by. */
  private static final Set<String> OF_THE_ISSUE =
      Set.of("MapFilterTap", "RaceOf3", "RaceOf3Instant", "RaceOf3Waiting", "SelectTake4");

  /** Its bounds beside less: a loop that does nothing, losers left behind, the fastest queue. */
  private static final Set<String> STRICTER =
      Set.of("MapFilterTapBare", "RaceOf3Left", "SelectTake4Array");

  /** Whose bound it is. */
  String boundOf() {
    if (STRICTER.contains(name)) return "stricter";
    return OF_THE_ISSUE.contains(name) ? "issue" : "design";
  }
}
