package dev.meshkit.sim;

import java.lang.reflect.InvocationTargetException;

/** Explores a core with a planted bug: {@link Hunt}'s way into the mutant's own world. */
public final class Walked {
  private static final int STATES = 20_000;

  private Walked() {}

  /** What an oracle says of it, its name first; empty if all are content. */
  static String walk(Mutant mutant, int changes, boolean led) {
    try {
      var there = new MutantLoader(mutant).loadClass(Walked.class.getName());
      var found = there.getMethod("firstWrong", int.class, boolean.class);
      return (String) found.invoke(null, changes, led);
    } catch (InvocationTargetException thrown) {
      throw new IllegalStateException("mutant '" + mutant + "' threw", thrown.getCause());
    } catch (ReflectiveOperationException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /** Called in the mutant's own world; plain types only. */
  public static String firstWrong(int changes, boolean led) {
    var left = new Place.Left(changes, 0, led ? 0 : 1);
    return Explore.walk(new Explore.Limits(30, STATES, 2, 5, 0, left), 3, led).wrong();
  }
}
