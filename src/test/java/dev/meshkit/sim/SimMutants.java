package dev.meshkit.sim;

import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** How many seeds each planted bug lives, for who measures it (V20). */
public final class SimMutants {
  private static final Pattern SEED = Pattern.compile("(\\S+) seeds? (?:1–)?(\\d+)(?s:.*)");
  private static final int AT_ONCE = 2;

  private SimMutants() {}

  /**
   * How one died.
   *
   * @param bug the mutant's name
   * @param by the oracle; empty where none saw it
   * @param seeds how many ran
   */
  public record Death(String bug, String by, int seeds) {}

  /** Hunts all whose name contains that from the first seed on; two at a time. */
  public static void each(String part, Consumer<Death> take) {
    var hunts =
        Mutants.all()
            .filter(mutant -> mutant.isHunted() && mutant.name().contains(part))
            .<Callable<Death>>map(one -> () -> death(one.name(), hunted(one)))
            .iterator();
    new Workers(AT_ONCE).each(hunts, take);
  }

  private static String hunted(Mutant mutant) {
    var kill = Hunt.huntAnew(mutant, Mutants.SEEDS);
    return mutant.diesBy(kill) ? kill : "";
  }

  /** Of what a hunt says. */
  public static Death death(String bug, String kill) {
    var found = SEED.matcher(kill);
    return found.matches()
        ? new Death(bug, found.group(1), Integer.parseInt(found.group(2)))
        : new Death(bug, "", Mutants.SEEDS);
  }
}
