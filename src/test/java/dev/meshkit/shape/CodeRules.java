package dev.meshkit.shape;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a class may do, besides importing: purity, clocks and chance, preview API, what it shows.
 */
public final class CodeRules {
  private static final Set<String> PURE = Set.of("dev.meshkit.gossip", "dev.meshkit.election");
  private static final Pattern PURE_MAY_USE =
      Pattern.compile(
          "java\\.lang\\.(invoke\\.|runtime\\.|annotation\\.)?\\w+(\\$\\w+)*"
              + "|java\\.util\\.((function|stream|random|regex)\\.)?\\w+(\\$\\w+)*"
              + "|java\\.time\\.([a-z]+\\.)?\\w+(\\$\\w+)*"
              + "|org\\.jspecify\\.annotations\\.\\w+"
              + "|dev\\.meshkit\\.(api|gossip|election)\\..*"
              + "|dev\\.meshkit\\.runtime\\.Tally");
  private static final Pattern IMPURE_OF_THOSE =
      Pattern.compile(
          "java\\.lang\\.(Thread.*|Process.*|Runtime|ScopedValue.*|System\\$Logger.*)"
              + "|java\\.util\\.(Timer.*|Scanner|ServiceLoader)");
  private static final Set<String> CLOCKS_AND_CHANCE =
      Set.of(
          "java.lang.System.nanoTime",
          "java.lang.System.currentTimeMillis",
          "java.lang.Math.random",
          "java.lang.StrictMath.random",
          "java.util.UUID.randomUUID",
          "java.util.Random.<init>",
          "java.util.Random.from",
          "java.util.Date.<init>",
          "java.util.SplittableRandom.<init>",
          "java.security.SecureRandom.<init>",
          "java.security.SecureRandom.getInstance",
          "java.security.SecureRandom.getInstanceStrong",
          "java.util.concurrent.ThreadLocalRandom.current",
          "java.util.random.RandomGenerator.getDefault",
          "java.util.random.RandomGenerator.of",
          "java.time.InstantSource.system");
  private static final Pattern NOW =
      Pattern.compile("java\\.time\\.\\w+\\.now|java\\.time\\.Clock\\.(system|tick)\\w*");
  private static final Pattern PREVIEW_IN =
      Pattern.compile("dev\\.meshkit\\.runtime\\.(Fanout|Loops)(\\$.*)?");
  private static final Pattern BAD_NAME =
      Pattern.compile(".+(Util|Utils|Helper|Helpers|Manager|Impl)|Abstract[A-Z].*|I[A-Z][a-z].*");

  private CodeRules() {}

  /** What the cores use beyond java.lang, java.util, java.time, the API and Tally. */
  public static List<String> impurities(List<Compiled> classes) {
    return broken(
        classes,
        one -> PURE.contains(one.inPackage()),
        Compiled::uses,
        used -> !PURE_MAY_USE.matcher(used).matches() || IMPURE_OF_THOSE.matcher(used).matches(),
        " is pure and uses ");
  }

  /** Calls of a clock or a source of chance outside {@code runtime}. */
  public static List<String> clocksAndChance(List<Compiled> classes) {
    return broken(
        classes,
        one -> !one.inPackage().equals("dev.meshkit.runtime"),
        Compiled::calls,
        call -> CLOCKS_AND_CHANCE.contains(call) || NOW.matcher(call).matches(),
        " calls ");
  }

  /** Classes that need {@code --enable-preview} besides Fanout and Loops. */
  public static List<String> previews(List<Compiled> classes) {
    return classes.stream()
        .filter(Compiled::preview)
        .map(Compiled::name)
        .filter(name -> !PREVIEW_IN.matcher(name).matches())
        .map(name -> name + " uses preview API")
        .toList();
  }

  /** What {@code dev.meshkit.grpc} shows of Netty: its users must not need it. */
  public static List<String> shownNetty(List<Compiled> classes) {
    return broken(
        classes,
        one -> one.inPackage().equals("dev.meshkit.grpc") && isReachable(one, classes),
        Compiled::shows,
        shown -> shown.startsWith("io.netty."),
        " shows ");
  }

  /** What {@code dev.meshkit.grpc} uses of grpc-java that is not public there (T3). */
  public static List<String> grpcInternals(List<Compiled> classes) {
    return broken(
        classes,
        one -> one.inPackage().equals("dev.meshkit.grpc"),
        Compiled::uses,
        used -> used.startsWith("io.grpc.internal.") || used.startsWith("io.grpc.Internal"),
        " uses ");
  }

  /** Names that say nothing. {@code Helper} alone is a noun of SWIM: who probes on our behalf. */
  public static List<String> badNames(List<Compiled> classes) {
    return classes.stream()
        .filter(one -> !one.inPackage().endsWith(".proto"))
        .filter(one -> !one.name().contains("$"))
        .map(Compiled::name)
        .filter(name -> BAD_NAME.matcher(name.substring(name.lastIndexOf('.') + 1)).matches())
        .map(name -> name + " is no name")
        .toList();
  }

  /** Sleeps: in a test, time must not decide. */
  public static List<String> sleeps(List<Compiled> classes) {
    return broken(classes, _ -> true, Compiled::calls, "java.lang.Thread.sleep"::equals, " calls ");
  }

  /** Whether nothing around it hides it: a member of a hidden interface is public for nobody. */
  private static boolean isReachable(Compiled one, List<Compiled> all) {
    var dollar = one.name().lastIndexOf('$');
    if (!one.isPublic() || dollar < 0) return one.isPublic();
    var around = one.name().substring(0, dollar);
    return all.stream()
        .filter(other -> other.name().equals(around))
        .allMatch(o -> isReachable(o, all));
  }

  private static List<String> broken(
      List<Compiled> classes,
      Predicate<Compiled> concerned,
      java.util.function.Function<Compiled, Set<String>> facts,
      Predicate<String> bad,
      String verb) {
    var broken = new ArrayList<String>();
    for (var one : classes) {
      if (!concerned.test(one)) continue;
      facts.apply(one).stream().filter(bad).forEach(fact -> broken.add(one.name() + verb + fact));
    }
    return broken;
  }
}
