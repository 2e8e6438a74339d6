package dev.meshkit.shape;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a simulated run may follow from: its seed, and nothing else (V3). So neither the cores nor
 * the simulator look at a clock, at other chance, at threads or at the order of a hash, which
 * differs between processes for {@code Map.of} and wherever an enum or an object is hashed.
 *
 * <p>Refused by what a class names, whatever it does with it: a map that is only looked up today is
 * iterated tomorrow, and a {@code LinkedHashMap} is looked up as fast.
 */
public final class RunRules {
  private static final Set<String> CORES = Set.of("dev.meshkit.gossip", "dev.meshkit.election");
  private static final String SIMULATOR = "dev.meshkit.sim";

  /** What starts runs, from outside. */
  private static final Set<String> STARTERS =
      Set.of("Nightly", "Workers", "Elsewhere", "Explore", "Stopwatch");

  /** The exploration, whose walkers share tables; what it says does not depend on their order. */
  private static final Set<String> EXPLORATION =
      Set.of("Walk", "Visited", "Annals", "Atlas", "Interned");

  private static final Pattern HASHED =
      Pattern.compile(
          "java\\.util\\.(Hash(Map|Set|table)|WeakHashMap|IdentityHashMap|Properties)(\\$.*)?"
              + "|java\\.util\\.concurrent\\.ConcurrentHashMap(\\$.*)?");
  private static final Pattern SALTED =
      Pattern.compile(
          "java\\.util\\.(Map|Set)\\.(of|ofEntries|copyOf)"
              + "|java\\.util\\.stream\\.Collectors\\.(to\\w*(Set|Map)|groupingBy\\w*)"
              + "|java\\.util\\.concurrent\\.ConcurrentHashMap\\.newKeySet"
              + "|java\\.util\\.Collections\\.newSetFromMap"
              + "|java\\.lang\\.(Object|Enum)\\.hashCode|java\\.lang\\.System\\.identityHashCode");
  private static final Pattern THREADS =
      Pattern.compile(
          "java\\.lang\\.(Thread(?!Death)\\w*|ScopedValue)(\\$.*)?|java\\.util\\.Timer\\w*"
              + "|java\\.util\\.concurrent\\.(\\w*Executor\\w*|ForkJoin\\w+|CompletableFuture"
              + "|StructuredTaskScope|SubmissionPublisher)(\\$.*)?");
  private static final Pattern PARALLEL =
      Pattern.compile("java\\.util\\.(stream\\.\\w+\\.parallel|\\w+\\.parallelStream)");

  private RunRules() {}

  /** What iterates in the order of a hash. */
  public static List<String> hashOrder(List<Compiled> classes) {
    return broken(
        classes,
        one -> !isOneOf(STARTERS, one) && !isOneOf(EXPLORATION, one),
        one -> Stream.concat(one.uses().stream(), one.calls().stream()),
        fact -> HASHED.matcher(fact).matches() || SALTED.matcher(fact).matches());
  }

  /** What is done on other threads, so in another order each time. */
  public static List<String> threads(List<Compiled> classes) {
    return broken(
        classes,
        one -> !isOneOf(STARTERS, one) && !isOneOf(EXPLORATION, one),
        one -> Stream.concat(one.uses().stream(), one.calls().stream()),
        fact -> THREADS.matcher(fact).matches() || PARALLEL.matcher(fact).matches());
  }

  /** A clock or a chance of the machine's. */
  public static List<String> clocksAndChance(List<Compiled> classes) {
    return CodeRules.clocksAndChance(
        classes.stream().filter(RunRules::decides).filter(o -> !isOneOf(STARTERS, o)).toList());
  }

  /** Whether a run depends on what it does: a test of the simulator only looks on. */
  private static boolean decides(Compiled one) {
    if (CORES.contains(one.inPackage())) return true;
    return one.inPackage().equals(SIMULATOR) && !outermost(one).endsWith("Test");
  }

  private static boolean isOneOf(Set<String> names, Compiled one) {
    return one.inPackage().equals(SIMULATOR) && names.contains(outermost(one));
  }

  private static String outermost(Compiled one) {
    var simple = one.name().substring(one.inPackage().length() + 1);
    var dollar = simple.indexOf('$');
    return dollar < 0 ? simple : simple.substring(0, dollar);
  }

  private static List<String> broken(
      List<Compiled> classes,
      Predicate<Compiled> concerned,
      Function<Compiled, Stream<String>> facts,
      Predicate<String> bad) {
    var broken = new ArrayList<String>();
    for (var one : classes) {
      if (!decides(one) || !concerned.test(one)) continue;
      facts.apply(one).filter(bad).distinct().forEach(f -> broken.add(one.name() + " uses " + f));
    }
    return broken;
  }
}
