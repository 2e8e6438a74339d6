package dev.meshkit.sim;

import java.lang.reflect.InvocationTargetException;

/** Explores a core with a planted bug: {@link Hunt}'s way into the mutant's own world. */
public final class Walked {
  private Walked() {}

  /** What an oracle says of it, its name first; empty if all are content. */
  static String walk(Mutant mutant, int voters, boolean led, int states) {
    try {
      var there = new MutantLoader(mutant).loadClass(Walked.class.getName());
      var found = there.getMethod("firstWrong", int.class, boolean.class, int.class);
      return (String) found.invoke(null, voters, led, states);
    } catch (InvocationTargetException thrown) {
      throw new IllegalStateException("mutant '" + mutant + "' threw", thrown.getCause());
    } catch (ReflectiveOperationException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /** Called in the mutant's own world; plain types only. */
  public static String firstWrong(int voters, boolean led, int states) throws InterruptedException {
    return Walk.of(Explore.FAULTS.upTo(states), voters, led).wrong();
  }
}
