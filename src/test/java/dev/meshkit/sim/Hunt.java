package dev.meshkit.sim;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs seeds against a planted bug until an oracle fires. The one place with reflection: the
 * simulator of a mutant is another class of the same name.
 */
public final class Hunt {
  private static final String TABLES = "dev.meshkit.node.TableStoreContractTest";
  private static final String MODEL = "dev.meshkit.sim.SimStoreContractTest";

  private Hunt() {}

  /**
   * What the first failing seed says: oracle, then seed; empty if all {@code seeds} pass. Of one
   * that no seed reaches: which rules of {@code StoreContract}, or which test, it breaks.
   */
  static String hunt(Mutant mutant, int seeds) {
    return hunt(mutant, seeds, List.of());
  }

  /**
   * The same in a simulator that has bugs of its own; first with the seed that is {@link Kills}'.
   */
  static String hunt(Mutant mutant, int seeds, List<Mutant> own) {
    var known = Kills.all().getOrDefault(mutant.name(), Integer.MAX_VALUE);
    if (known <= seeds) {
      var kill = hunt(mutant, known, known, own);
      if (mutant.diesBy(kill)) return kill;
    }
    return hunt(mutant, 1, seeds, own);
  }

  /** The same from the first seed on, whatever killed it when it was hunted last. */
  static String huntAnew(Mutant mutant, int seeds) {
    return hunt(mutant, 1, seeds, List.of());
  }

  private static String hunt(Mutant mutant, int first, int last, List<Mutant> own) {
    if (mutant.isOfStores()) return broken(mutant);
    if (mutant.isOfARule()) return RuleBreach.fails(mutant) ? mutant.oracles() : "";
    var planted = new ArrayList<>(own);
    planted.add(mutant);
    var how = mutant.oracles().equals(Mutant.LATENCIES) ? "excess" : "firstFailure";
    try {
      var there = new MutantLoader(planted).loadClass(Hunt.class.getName());
      var found = there.getMethod(how, String.class, int.class, int.class, List.class);
      var scenario = mutant.scenario().toString();
      return (String) found.invoke(null, scenario, first, last, mutant.judges());
    } catch (InvocationTargetException thrown) {
      throw new IllegalStateException("mutant '" + mutant + "' threw", thrown.getCause());
    } catch (ReflectiveOperationException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /** One run of a planted bug, in its scenario if the settings name none; returns the exit code. */
  static int look(Mutant planted, Settings settings, PrintStream out) {
    if (!planted.isHunted())
      throw new IllegalArgumentException(
          "MUTANT=" + planted + " is reached by no seed: make mutants NAME='" + planted + "'");
    var values = new TreeMap<>(settings.values());
    values.remove("MUTANT");
    if (!settings.has("SCENARIO")) values.put("SCENARIO", planted.scenario().toString());
    out.println("planted: " + planted);
    try {
      var there = new MutantLoader(planted).loadClass(Main.class.getName());
      return (int)
          there.getMethod("planted", Map.class, PrintStream.class).invoke(null, values, out);
    } catch (InvocationTargetException thrown) {
      if (thrown.getCause() instanceof IllegalArgumentException misused) throw misused;
      throw new IllegalStateException("mutant '" + planted + "' threw", thrown.getCause());
    } catch (ReflectiveOperationException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private static String broken(Mutant mutant) {
    var contract = mutant.core().equals("sim") ? MODEL : TABLES;
    try {
      var directory = Files.createTempDirectory("meshkit-mutant");
      try {
        var rules = breaches(mutant, contract, directory);
        return rules.isEmpty() ? "" : Mutant.CONTRACT + " " + rules;
      } finally {
        delete(directory);
      }
    } catch (Exception broken) {
      throw new IllegalStateException("mutant '" + mutant + "' threw", broken);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (var all = Files.walk(directory)) {
      for (var each : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
    }
  }

  /** Which rules a driver of cores breaks with a bug in it, by the numbers of its contract. */
  static String breaches(Mutant planted, String contract, Path directory) throws Exception {
    var there = new MutantLoader(planted).loadClass(contract);
    return (String) there.getMethod("breaches", Path.class).invoke(null, directory);
  }

  /**
   * What takes too long over as many seeds as a change runs, though in no run by too much; called
   * as {@link #firstFailure}.
   */
  public static String excess(String scenario, int first, int last, List<String> judges) {
    if (!judges.isEmpty()) throw new IllegalArgumentException("a campaign is judged by " + judges);
    var all = Scenario.parse(scenario);
    var end = Math.min(last, all.usual());
    var campaign = new Campaign(all).seeds(first, end - first + 1L);
    var wrong =
        all.excess(campaign.coverage()).stream()
            .filter(text -> !text.startsWith("VACUOUS")) // nothing measured is nothing late
            .toList();
    if (wrong.isEmpty()) return "";
    return Mutant.LATENCIES + " seeds " + first + "–" + end + ": " + wrong.getFirst();
  }

  /**
   * What the first seed says in which one of these judges objects, none other being asked; of all
   * if none is named. Where nobody does, how the first seed fails that does so by itself: it threw,
   * or did not end. Called in the mutant's own world; plain types only, as nothing else is shared.
   */
  public static String firstFailure(String scenario, int first, int last, List<String> judges) {
    var all = Scenario.parse(scenario);
    var otherwise = "";
    for (var seed = first; seed <= last; seed++) {
      var setup = all.setup(seed).judgedBy(judges);
      var outcome = new Simulation(setup, seed, new Transcript(List.of())).run(scenario);
      if (outcome.passed()) continue;
      var wrong = outcome.violations().getFirst();
      var how = wrong.oracle() + " seed " + seed + ": " + wrong.text();
      if (judges.isEmpty() || judges.contains(wrong.oracle())) return how;
      if (otherwise.isEmpty()) otherwise = how;
    }
    return otherwise;
  }
}
