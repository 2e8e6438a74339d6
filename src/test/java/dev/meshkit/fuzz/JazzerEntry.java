package dev.meshkit.fuzz;

/** What Jazzer calls, in a JVM of its own: one target, named by its arguments. */
public final class JazzerEntry {
  private static FuzzTarget target = new Planted();

  private JazzerEntry() {}

  /** Called once, before everything else. */
  public static void fuzzerInitialize(String... args) throws Exception {
    target = Targets.named(args[0]);
    warmUp();
  }

  /**
   * Plays the seeds before time is counted: on a busy machine loading and instrumenting the classes
   * of a decoder takes longer than a short run lasts.
   */
  private static void warmUp() throws Exception {
    for (var seed : target.seeds()) {
      if (FuzzRun.faultOf(target, seed).isPresent()) return; // found again, and then reported
    }
  }

  /** Called with each input. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    target.run(input);
  }
}
