package dev.meshkit.fuzz;

/** What Jazzer calls, in a JVM of its own: one target, named by its arguments. */
public final class JazzerEntry {
  private static FuzzTarget target = new Planted();

  private JazzerEntry() {}

  /** Called once, before everything else. */
  public static void fuzzerInitialize(String... args) {
    target = Targets.named(args[0]);
  }

  /** Called with each input. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    target.run(input);
  }
}
