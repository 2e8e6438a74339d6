package dev.meshkit.shape;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What makes {@code dev.meshkit.pipeline} usable by itself: it stands on the JDK, {@code api} and
 * {@code runtime} alone, keeps nothing without a bound, and starts no thread that outlives the
 * call.
 */
public final class PipelineRules {
  private static final String PACKAGE = "dev.meshkit.pipeline";

  private static final Pattern MAY_USE =
      Pattern.compile(
          "java\\..*|jdk\\.jfr\\.[^.]+|org\\.jspecify\\.annotations\\..*"
              + "|dev\\.meshkit\\.(pipeline|api|runtime)\\.[^.]+");

  /** Each joins what it starts before it returns. */
  private static final Set<String> MAY_START = Set.of(PACKAGE + ".Undoing", PACKAGE + ".InFlight");

  private static final Pattern STARTS =
      Pattern.compile(
          "java\\.lang\\.Thread\\.(<init>|start|startVirtualThread|ofVirtual|ofPlatform)"
              + "|java\\.lang\\.Thread\\$Builder.*"
              + "|java\\.util\\.Timer\\..*"
              + "|java\\.util\\.concurrent\\.(Executors|\\w*Executor\\w*|ForkJoin\\w+"
              + "|CompletableFuture|StructuredTaskScope)(\\$\\w+)*\\..*");

  /** Queues of the JDK that need no bound; {@code Inlet} puts its own around arrays. */
  private static final Pattern UNBOUNDED =
      Pattern.compile(
          "java\\.util\\.concurrent\\.(ConcurrentLinked\\w+|Linked\\w+|PriorityBlockingQueue"
              + "|DelayQueue|SubmissionPublisher|CopyOnWrite\\w+)");

  private PipelineRules() {}

  /** What it uses beyond those. */
  public static List<String> strangers(List<Compiled> classes) {
    return broken(classes, Compiled::uses, used -> !MAY_USE.matcher(used).matches(), " uses ");
  }

  /** Threads that are started elsewhere than where they are joined. */
  public static List<String> threads(List<Compiled> classes) {
    var all = broken(classes, Compiled::calls, call -> STARTS.matcher(call).matches(), " calls ");
    return all.stream().filter(line -> !MAY_START.contains(line.split("[$ ]")[0])).toList();
  }

  /** Queues without a bound. */
  public static List<String> unbounded(List<Compiled> classes) {
    return broken(classes, Compiled::uses, used -> UNBOUNDED.matcher(used).matches(), " uses ");
  }

  private static List<String> broken(
      List<Compiled> classes,
      Function<Compiled, Set<String>> facts,
      java.util.function.Predicate<String> bad,
      String verb) {
    var broken = new ArrayList<String>();
    for (var one : classes) {
      if (!one.inPackage().equals(PACKAGE)) continue;
      facts.apply(one).stream().filter(bad).forEach(fact -> broken.add(one.name() + verb + fact));
    }
    return broken;
  }
}
