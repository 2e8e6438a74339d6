package dev.meshkit.sim;

import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * {@code make mutants}: hunts every planted bug and prints which oracle killed it in which seed, or
 * which rules of {@code StoreContract}, or which test of its rule (V20). Only the oracles of its
 * row are asked, so that none kills for another that sleeps. Exits 1 if one survives, or dies
 * otherwise.
 */
public final class Mutants {
  /** How many each is hunted with. */
  static final int SEEDS = 2_000;

  private static final int AT_ONCE = 2;

  /**
   * What a hunt came to.
   *
   * @param how the oracle, then the seed; empty if nobody saw it
   */
  private record Kill(Mutant mutant, String how) {
    boolean isWanted() {
      return mutant.diesBy(how);
    }

    String line(int seeds) {
      var before = mutant.isOfStores() ? Mutant.CONTRACT : mutant.oracles();
      var survived = "SURVIVED " + (mutant.isHunted() ? seeds + " seeds" : before);
      var said = how.isEmpty() ? survived : how.replaceFirst("(?s):.*", "");
      return mutant + ": " + said + (isWanted() ? "" : ", want " + mutant.oracles());
    }
  }

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
            UnreachedMutants.all(),
            HearsayMutants.all(),
            GateMutants.all(),
            GossipMutants.all())
        .flatMap(List::stream);
  }

  /** The one of that name; of one that there is not, the error names the nearest. */
  static Mutant named(String name) {
    var all = all().toList();
    for (var mutant : all) if (mutant.name().equals(name)) return mutant;
    var nearest =
        all.stream()
            .map(Mutant::name)
            .sorted(Comparator.comparingInt(other -> distance(name, other)))
            .limit(3)
            .map(other -> "'" + other + "'")
            .collect(Collectors.joining(", "));
    throw new IllegalArgumentException(
        "MUTANT=" + name + " is no planted bug; the nearest are " + nearest);
  }

  /** Levenshtein's; less where the asked name is part of the other. */
  private static int distance(String asked, String other) {
    if (other.contains(asked)) return other.length() - asked.length() - 1_000;
    var row = IntStream.rangeClosed(0, other.length()).toArray();
    for (var i = 1; i <= asked.length(); i++) {
      var before = row.clone();
      row[0] = i;
      for (var j = 1; j < row.length; j++) {
        var kept = asked.charAt(i - 1) == other.charAt(j - 1) ? before[j - 1] : before[j - 1] + 1;
        row[j] = Math.min(kept, Math.min(before[j], row[j - 1]) + 1);
      }
    }
    return row[other.length()];
  }

  /** One line each, two hunts at a time: mutant, oracle, seed; returns the exit code. */
  static int hunt(List<Mutant> mutants, int seeds, PrintStream out) {
    return hunt(mutants, seeds, out, List.of());
  }

  /** The same in a simulator that has bugs of its own. */
  static int hunt(List<Mutant> mutants, int seeds, PrintStream out, List<Mutant> own) {
    var hunts =
        mutants.stream()
            .<Callable<Kill>>map(one -> () -> new Kill(one, Hunt.hunt(one, seeds, own)));
    var wrong = new int[1];
    new Workers(AT_ONCE)
        .each(
            hunts.iterator(),
            kill -> {
              if (!kill.isWanted()) wrong[0]++;
              out.println(kill.line(seeds));
            });
    out.println(mutants.size() - wrong[0] + " killed, " + wrong[0] + " not");
    return wrong[0] == 0 ? 0 : 1;
  }
}
