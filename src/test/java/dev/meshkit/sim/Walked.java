package dev.meshkit.sim;

import java.lang.reflect.InvocationTargetException;

/** Explores a core with a planted bug: {@link Hunt}'s way into the mutant's own world. */
public final class Walked {
  private static final int STATES = 60_000;

  private Walked() {}

  /** The limits of short walks. */
  static Explore.Limits limits(int states) {
    return new Explore.Limits(30, states, 2, 5, new Place.Left(2, 0, 1));
  }

  /** What an oracle says of it, its name first; empty if all are content. */
  static String walk(Mutant mutant, int voters, boolean led) {
    try {
      var there = new MutantLoader(mutant).loadClass(Walked.class.getName());
      var found = there.getMethod("firstWrong", int.class, boolean.class);
      return (String) found.invoke(null, voters, led);
    } catch (InvocationTargetException thrown) {
      throw new IllegalStateException("mutant '" + mutant + "' threw", thrown.getCause());
    } catch (ReflectiveOperationException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /** Called in the mutant's own world; plain types only. */
  public static String firstWrong(int voters, boolean led) {
    return Explore.walk(limits(STATES), voters, led).wrong();
  }
}
