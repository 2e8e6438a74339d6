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

  /** With one more sight, unless it is known or leaves no trace. */
  History with(Sight sight) {
    if (sight instanceof Sight.Claimed || sight instanceof Sight.Authority) return this;
    for (var h = this; h != null; h = h.before) if (sight.equals(h.last)) return this;
    return new History(sight, this, hash + Digest.of(sight.toString()));
  }

  /** The oldest first. */
  List<Sight> sights() {
    var all = new ArrayList<Sight>();
    for (var h = this; h != null; h = h.before) if (h.last != null) all.add(h.last);
    return all.reversed();
  }

  /** Shows oracles that know nothing all of this, then what is new; the first complaint, or "". */
  String judge(List<Sight> news) {
    if (news.isEmpty()) return "";
    var oracles = oracles();
    for (var old : sights()) for (var oracle : oracles) oracle.see(old);
    for (var sight : news)
      for (var oracle : oracles) {
        var wrong = oracle.see(sight);
        if (!wrong.isEmpty()) return oracle.name() + " " + wrong;
      }
    return "";
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
