package dev.meshkit.store;

/** What code that is not ours throws on the writer, which must survive it. */
public final class Thrown {
  private Thrown() {}

  /**
   * It as a failure of that code alone: an error, or a checked exception that no compiler has seen.
   *
   * @throws VirtualMachineError if the process itself is not sound; a stack that was too deep was
   *     that code's
   */
  public static RuntimeException byGuest(String whose, Throwable thrown) {
    if (thrown instanceof RuntimeException plain) return plain;
    if (thrown instanceof VirtualMachineError error && !(thrown instanceof StackOverflowError)) {
      throw error;
    }
    return new IllegalStateException(whose + " failed: " + thrown, thrown);
  }
}
