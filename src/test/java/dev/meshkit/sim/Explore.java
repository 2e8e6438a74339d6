package dev.meshkit.sim;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code make explore}: walks over everything that can happen to three real cores within limits
 * (V23), from a scope that was just born and from one that is led. What an oracle of the simulator
 * objects to is printed with the shortest way there.
 */
public final class Explore {
  /** Of {@code make explore}; docs/safety.md says why these. */
  static final Walk.Limits FAULTS = new Walk.Limits(5_000, 60_000_000, 3, 2, 1, 1);

  private static final Walk.Limits CHANGES = new Walk.Limits(5_000, 60_000_000, 3, 1, 1, 2);

  private static final int NODES = 3;

  private Explore() {}

  /**
   * Settings are options or environment variables named as the limits. Exits 1 if an oracle objects
   * or a walk was cut before all was seen; with {@code --mutants states}, 0: says which planted
   * bugs so many states of each walk find.
   */
  public static void main(String... args) throws InterruptedException {
    var settings = new TreeMap<>(System.getenv());
    for (var i = 0; i + 1 < args.length; i += 2)
      settings.put(args[i].replace("--", "").toUpperCase(Locale.ROOT), args[i + 1]);
    if (settings.containsKey("MUTANTS")) {
      mutants(number(settings, "MUTANTS", 0), System.out);
      return;
    }
    var good = all(limits(settings, FAULTS), System.out);
    good &= all(limits(settings, CHANGES), System.out);
    System.exit(good ? 0 : 1);
  }

  private static Walk.Limits limits(Map<String, String> settings, Walk.Limits usual) {
    return new Walk.Limits(
        number(settings, "MILLIS", usual.millis()),
        number(settings, "STATES", Math.toIntExact(usual.states())),
        number(settings, "TERMS", usual.terms()),
        number(settings, "FAULTS", usual.faults()),
        number(settings, "CRASHES", usual.crashes()),
        number(settings, "CHANGES", usual.changes()));
  }

  private static int number(Map<String, String> settings, String name, int usual) {
    return Integer.parseInt(settings.getOrDefault(name, "" + usual));
  }

  /** Six walks, a line each; whether all were complete and none met anything wrong. */
  static boolean all(Walk.Limits limits, PrintStream out) throws InterruptedException {
    var good = true;
    var states = 0L;
    out.println(limits);
    for (var voters = 1; voters <= NODES; voters++)
      for (var led : List.of(true, false)) {
        var began = System.nanoTime();
        var walk = Walk.of(limits, voters, led);
        var seconds = (System.nanoTime() - began) / 1_000_000_000.0;
        out.printf(
            Locale.ROOT, "V=%d %s: %s, %.1f s%n", voters, led ? "led" : "born", walk, seconds);
        if (!walk.wrong().isEmpty()) out.println(walk.wrong());
        good &= walk.complete();
        states += walk.states();
      }
    out.printf(Locale.ROOT, "%,d states, %s%n", states, good ? "complete" : "NOT COMPLETE");
    return good;
  }

  private static void mutants(int states, PrintStream out) {
    for (var mutant : Mutants.all().filter(m -> m.core().equals("election")).toList())
      out.println(mutant + ": " + found(mutant, states));
  }

  private static String found(Mutant mutant, int states) {
    for (var voters = NODES; voters >= 1; voters--)
      for (var led : List.of(true, false)) {
        var wrong = Walked.walk(mutant, voters, led, states);
        if (!wrong.isEmpty())
          return wrong.substring(0, wrong.indexOf(' '))
              + ", V="
              + voters
              + (led ? " led" : " born");
      }
    return "not found";
  }
}
