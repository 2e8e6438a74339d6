package dev.meshkit.sim;

import dev.meshkit.api.Member.Status;

/**
 * M39. A violation means that somebody was suspected or buried in a mesh in which nothing fails,
 * but that some speak a later version than others: an upgrade would look like an outage.
 */
final class NobodyIsDoubted implements Oracle {
  @Override
  public String name() {
    return "M39";
  }

  @Override
  public String see(Sight sight) {
    if (!(sight instanceof Sight.Shown now)) return "";
    var doubted = now.status() == Status.SUSPECT || now.status() == Status.DEAD;
    return doubted ? now + ", though nothing failed" : "";
  }
}
