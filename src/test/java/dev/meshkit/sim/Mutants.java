package dev.meshkit.sim;

import java.io.PrintStream;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code make mutants}: hunts every planted bug and prints which oracle killed it in which seed, or
 * which rules of {@code StoreContract} (V20). Exits 1 if one survives, or dies by an oracle of
 * another row.
 */
public final class Mutants {
  private static final int SEEDS = 2_000;

  private Mutants() {}

  /** Hunts those whose name contains the first argument; all without one. */
  public static void main(String... args) {
    var part = args.length == 0 ? "" : args[0];
    var chosen = all().filter(mutant -> mutant.name().contains(part)).toList();
    if (chosen.isEmpty()) {
      System.err.println("error: no mutant's name contains '" + part + "'");
      System.exit(2);
    }
    System.exit(hunt(chosen, SEEDS, System.out));
  }

  /** All planted bugs. */
  static Stream<Mutant> all() {
    return Stream.of(
            ElectionMutants.all(),
            RuleMutants.all(),
            ElectorateMutants.all(),
            AutopilotMutants.all(),
            TransferMutants.all(),
            DiskMutants.all(),
            LatencyMutants.all(),
            FenceMutants.all(),
            StoreMutants.all(),
            GossipMutants.all())
        .flatMap(List::stream);
  }

  /** One line each: mutant, oracle, seed; returns the exit code. */
  static int hunt(List<Mutant> mutants, int seeds, PrintStream out) {
    return hunt(mutants, seeds, out, List.of());
  }

  /** The same in a simulator that has bugs of its own. */
  static int hunt(List<Mutant> mutants, int seeds, PrintStream out, List<Mutant> own) {
    var wrong = 0;
    for (var mutant : mutants) {
      var kill = Hunt.hunt(mutant, seeds, own);
      var dies = mutant.diesBy(kill);
      if (!dies) wrong++;
      var survived = "SURVIVED " + (mutant.isOfStores() ? Mutant.CONTRACT : seeds + " seeds");
      var how = kill.isEmpty() ? survived : kill.replaceFirst("(?s):.*", "");
      out.println(mutant + ": " + how + (dies ? "" : ", want " + mutant.oracles()));
    }
    out.println(mutants.size() - wrong + " killed, " + wrong + " not");
    return wrong == 0 ? 0 : 1;
  }
}
