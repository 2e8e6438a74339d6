package dev.meshkit.sim;

/**
 * M8. A violation means that a node hears from another that it holds for suspect, dead or gone, and
 * keeps it to itself: the other could not refute it, and two that think each other dead would stay
 * so until their tables happen to be compared.
 */
final class TheAccusedAreTold implements Oracle {
  @Override
  public String name() {
    return "M8";
  }

  @Override
  public String see(Sight sight) {
    return sight instanceof Sight.Untold(var by, var of)
        ? by + " hears " + of + ", holds it for worse than alive, and does not tell it so"
        : "";
  }
}
