package dev.meshkit.chaos;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code make chaos CASE=name}: runs one case against the program as it was built. */
public final class Chaos {
  private static final Map<String, Case> CASES =
      new TreeMap<>(Map.of("leader-kill", new LeaderKill()));

  private Chaos() {}

  /** A case: what went wrong, a line each; nothing when it held. */
  @FunctionalInterface
  interface Case {
    List<String> run() throws Exception;
  }

  /** Exits 0 if the case held, 1 if it did not, 2 for an unknown name. */
  public static void main(String... args) throws Exception {
    var name = args.length == 0 ? "" : args[0];
    var one = CASES.get(name);
    if (one == null) {
      System.err.println("no case '" + name + "'; there are " + CASES.keySet());
      System.exit(2);
      return;
    }
    var broken = one.run();
    broken.forEach(line -> System.out.println("BROKEN " + line));
    System.out.println("chaos " + name + ": " + (broken.isEmpty() ? "OK" : "FAILED"));
    System.exit(broken.isEmpty() ? 0 : 1);
  }
}
