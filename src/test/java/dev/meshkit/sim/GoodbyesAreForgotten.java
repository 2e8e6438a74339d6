package dev.meshkit.sim;

/**
 * G7, of tombstones, in a run whose goodbyes are all older than an hour at its end. A violation
 * means that somebody keeps one: a mesh in which nodes come and go would fill its memory.
 */
final class GoodbyesAreForgotten implements Oracle {
  @Override
  public String name() {
    return "G7";
  }

  @Override
  public String see(Sight sight) {
    return sight instanceof Sight.Remembers(var by, var of)
        ? by + " still keeps the goodbye of " + of + ", who left more than an hour ago"
        : "";
  }
}
