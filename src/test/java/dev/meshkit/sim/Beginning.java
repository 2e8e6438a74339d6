package dev.meshkit.sim;

/** Where an exploration begins. */
final class Beginning {
  private static final int ENOUGH = 200;

  private final Atlas atlas;
  private final Walk.Limits limits;
  private String wrong = "";

  Beginning(Atlas atlas, Walk.Limits limits) {
    this.atlas = atlas;
    this.limits = limits;
  }

  /** Just born, or on the way on which nothing goes wrong, until the first node leads. */
  Place place(boolean led) {
    var place = born();
    for (var moves = 0; led && wrong.isEmpty() && !isLed(place); moves++) {
      if (moves == ENOUGH) throw new IllegalStateException("nobody leads after " + moves);
      var after = new After(atlas, place);
      place = after.make(usual(place));
      wrong = after.wrong();
    }
    return place.left(limits.faults(), limits.changes());
  }

  /** What an oracle objects to on that way; empty if all are content. */
  String wrong() {
    return wrong;
  }

  private Place born() {
    var born = atlas.born();
    var sites = new int[born.nodes()];
    var seen = 0;
    for (var node = 0; node < sites.length; node++) {
      sites[node] = atlas.number(born.site(node, limits.crashes()));
      seen = atlas.with(seen, born.news(node)).number();
    }
    return Place.born(sites, seen);
  }

  private boolean isLed(Place place) {
    return place.rests() && place.now() < atlas.cell(place.site(0)).until();
  }

  private Move usual(Place place) {
    if (!place.rests())
      return Move.of(Move.Kind.DELIVER, atlas.flight(place.next()).to(), place.next());
    var due = atlas.cell(place.site(0)).due() <= place.now();
    return Move.of(due ? Move.Kind.TICK : Move.Kind.WAIT, 0, 0);
  }
}
