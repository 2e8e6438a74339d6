package dev.meshkit.bench;

import static dev.meshkit.bench.Target.most;

import com.google.gson.JsonObject;
import dev.meshkit.sim.SimMutants;
import dev.meshkit.sim.SimMutants.Death;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * {@code make bench BENCH=mutants}: how many seeds each planted bug lives, hunted from the first on
 * whatever killed it before; the last of {@code ARGS} is part of the names. Seeds are counted, not
 * time, so it does not matter what else the machine does.
 */
final class MutantBench implements Bench.Measured {
  static final List<Target> TARGETS = List.of(most("seeds_median", 50), most("survivors", 0));

  private final String part;

  MutantBench(List<String> args) {
    this.part = args.isEmpty() ? "" : String.join(" ", args);
  }

  @Override
  public Map<String, Object> run() {
    var all = new ArrayList<Death>();
    SimMutants.each(
        part,
        death -> {
          all.add(death);
          System.out.println(row(death));
        });
    if (all.isEmpty()) throw new IllegalArgumentException("no mutant's name contains " + part);
    return Measuring.judged(numbers(all), TARGETS);
  }

  private static String row(Death death) {
    return death.seeds() + " " + death.bug() + (death.by().isEmpty() ? " SURVIVED" : "");
  }

  /** The nearest rank of what they lived, and the table, the longest lives first. */
  static JsonObject numbers(List<Death> all) {
    var sorted = all.stream().sorted(Comparator.comparingInt(Death::seeds)).toList();
    var numbers = new JsonObject();
    numbers.addProperty("mutants", all.size());
    numbers.addProperty("seeds_median", sorted.get((sorted.size() + 1) / 2 - 1).seeds());
    numbers.addProperty("seeds_max", sorted.getLast().seeds());
    numbers.addProperty("survivors", all.stream().filter(d -> d.by().isEmpty()).count());
    var table = new JsonObject();
    for (var death : sorted.reversed()) table.addProperty(death.bug(), death.seeds());
    numbers.add("seeds", table);
    return numbers;
  }
}
