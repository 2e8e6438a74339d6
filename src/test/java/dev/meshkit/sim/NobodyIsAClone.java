package dev.meshkit.sim;

/** M10. A violation means that a node stopped as a clone of itself in a mesh without clones. */
final class NobodyIsAClone implements Oracle {
  @Override
  public String name() {
    return "M10";
  }

  @Override
  public String see(Sight sight) {
    return sight instanceof Sight.Cloned(var node) ? node + " stops as a clone of itself" : "";
  }
}
