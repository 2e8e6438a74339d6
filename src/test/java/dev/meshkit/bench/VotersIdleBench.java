package dev.meshkit.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What two scopes with three voters cost while nothing happens, beside etcd with three members; in
 * a network namespace of its own, so that the bytes of its loopback are theirs.
 */
final class VotersIdleBench implements Bench.Measured {
  private static final List<Target> TARGETS =
      List.of(
          Target.most("cpuPercentOfACore", 1),
          Target.most("bytesASecondANode", 6_000),
          Target.most("electionSyncsASecond", 1.1), // the watchdog's, and one for what is late
          Target.most("meshSyncsASecond", 0));

  private final List<String> args;

  /** {@code args}: seconds to settle, 1,200 if not said, and to watch, 60. */
  VotersIdleBench(List<String> args) {
    this.args = List.copyOf(args);
  }

  @Override
  public Map<String, Object> run() throws Exception {
    var numbers = new LinkedHashMap<>(Apart.measure(VotersIdleRun.class, args));
    var missed = new ArrayList<String>();
    for (var target : TARGETS) {
      var value = numbers.get(target.name());
      if (value == null) missed.add(target + ", not measured");
      else if (!target.isMetBy(Double.parseDouble(value.toString()))) missed.add(target.toString());
    }
    numbers.put("missed", missed);
    numbers.put("withinBudget", missed.isEmpty());
    return numbers;
  }
}
