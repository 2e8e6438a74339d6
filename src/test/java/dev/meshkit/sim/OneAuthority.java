package dev.meshkit.sim;

import java.util.List;

/**
 * S6. A violation means that two nodes could act as leader at one instant, with all clocks within
 * ρ: promises and tenure do not fit together.
 */
final class OneAuthority implements Oracle {
  @Override
  public String name() {
    return "S6";
  }

  @Override
  public String see(Sight sight) {
    if (!(sight instanceof Sight.Authority(var scope, var holders))) return "";
    return overlap(holders) ? "authority over " + scope + " is held by " + holders : "";
  }

  private static boolean overlap(List<Sight.Holder> holders) {
    for (var i = 1; i < holders.size(); i++)
      for (var j = 0; j < i; j++) if (generation(holders, i) == generation(holders, j)) return true;
    return false;
  }

  private static int generation(List<Sight.Holder> holders, int index) {
    return holders.get(index).fence().generation();
  }
}
