package dev.meshkit.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * V11, the control: peers that know no processes find nothing out, so when a store went back in
 * time one of these oracles must say so. A violation means that all of them slept.
 */
final class SomebodyReports implements Oracle {
  private final List<Oracle> watchers;
  private final List<String> reports = new ArrayList<>();
  private boolean due;

  SomebodyReports(List<Oracle> watchers) {
    this.watchers = List.copyOf(watchers);
  }

  @Override
  public String name() {
    return "V11";
  }

  @Override
  public List<Oracle> within() {
    return watchers;
  }

  @Override
  public String see(Sight sight) {
    switch (sight) {
      case Sight.Regressed(_, var shown) -> due |= shown; // the watchers are not told
      case Sight.Calm _ -> {
        return due && reports.isEmpty() ? "a store went back in time and nobody says so" : "";
      }
      default -> {
        for (var watcher : watchers) {
          var wrong = watcher.see(sight);
          if (!wrong.isEmpty() && !due) return watcher.name() + " " + wrong;
          if (!wrong.isEmpty()) reports.add(wrong);
        }
      }
    }
    return "";
  }
}
