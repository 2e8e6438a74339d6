package dev.meshkit.sim;

/**
 * S9, E33. A violation means that one who does not vote, and knows no newer record, changed what a
 * voter holds itself to; or that what no node of this mesh says changed anything at one, or was
 * refused by nobody and so is counted nowhere.
 */
final class OutsidersChangeNothing implements Oracle {
  @Override
  public String name() {
    return "S9";
  }

  @Override
  public String see(Sight sight) {
    return switch (sight) {
      case Sight.Outside(_, _, var before, var after) when !before.equals(after) ->
          sight.toString();
      case Sight.Forged(_, _, _, var counted, var moved) when moved || !counted -> sight.toString();
      default -> "";
    };
  }
}
