package dev.meshkit.sim;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What observers have seen on the way to a state, each thing once; part of the state, as a safety
 * rule may be broken only by all of it together. Shares its past with other histories.
 *
 * @param last seen latest; null at the beginning
 * @param before all else
 * @param hash of what was seen, in whatever order
 */
record History(@Nullable Sight last, @Nullable History before, long hash) {
  /** Nothing was seen. */
  static final History NONE = new History(null, null, 0);

  /**
   * With one more sight, unless it is known. What a frame claimed makes no other state: it was true
   * when it left, and disks only grow.
   */
  History with(Sight sight) {
    if (sight instanceof Sight.Authority || knows(sight)) return this;
    var trace = sight instanceof Sight.Claimed ? 0 : Digest.of(sight.toString());
    return new History(sight, this, hash + trace);
  }

  /** Whether it was seen before. */
  boolean knows(Sight sight) {
    for (var h = this; h != null; h = h.before) if (sight.equals(h.last)) return true;
    return false;
  }

  /** Whether seeing it again says nothing: a winner beats often, a vote may be answered twice. */
  private boolean isOld(Sight sight) {
    return switch (sight) {
      case Sight.Won _, Sight.Claimed _, Sight.Granted _ -> knows(sight);
      default -> false;
    };
  }

  /** The oldest first. */
  List<Sight> sights() {
    var all = new ArrayList<Sight>();
    for (var h = this; h != null; h = h.before) if (h.last != null) all.add(h.last);
    return all.reversed();
  }

  /** Shows oracles that know nothing all of this, then what is new; the first complaint, or "". */
  String judge(List<Sight> seen) {
    var news = seen.stream().filter(sight -> !isOld(sight)).toList();
    if (news.isEmpty()) return "";
    var oracles = oracles();
    for (var old : sights()) for (var oracle : oracles) oracle.see(old);
    return news.stream()
        .flatMap(sight -> oracles.stream().map(oracle -> wrong(oracle, sight)))
        .filter(wrong -> !wrong.isEmpty())
        .findFirst()
        .orElse("");
  }

  private static String wrong(Oracle oracle, Sight sight) {
    var wrong = oracle.see(sight);
    return wrong.isEmpty() ? "" : oracle.name() + " " + wrong;
  }

  private static List<Oracle> oracles() {
    return List.of(
        new OneWinnerATerm(),
        new OneVoteATerm(),
        new StoresOnlyGrow(),
        new DurableBeforeShown(),
        new OneAuthority(),
        new GainedAndLostAlternate(),
        new OneLineOfRecords(),
        new ViewsAreCommitted());
  }
}
