package dev.meshkit.sim;

/**
 * S9. A violation means that one who does not vote, and knows no newer record, changed what a voter
 * holds itself to.
 */
final class OutsidersChangeNothing implements Oracle {
  @Override
  public String name() {
    return "S9";
  }

  @Override
  public String see(Sight sight) {
    return sight instanceof Sight.Outside(_, _, var before, var after) && !before.equals(after)
        ? sight.toString()
        : "";
  }
}
