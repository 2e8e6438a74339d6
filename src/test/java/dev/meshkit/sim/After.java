package dev.meshkit.sim;

import java.util.ArrayList;

/** Where a move leads from one place of an exploration, and what oracles say of it. */
final class After {
  private final Atlas atlas;
  private final Place before;
  private String wrong = "";
  private boolean wrote;

  After(Atlas atlas, Place before) {
    this.atlas = atlas;
    this.before = before;
  }

  /** What is wrong with it; empty if nothing is. */
  String wrong() {
    return wrong;
  }

  /** Whether a persist began, which might have been late. */
  boolean wrote() {
    return wrote;
  }

  /** When something is due that is not due yet; {@link Long#MAX_VALUE} for never. */
  static long later(Atlas atlas, Place place) {
    var first = Long.MAX_VALUE;
    for (var node = 0; node < atlas.born().nodes(); node++) {
      var due = atlas.cell(place.site(node)).due();
      if (due > place.now()) first = Math.min(first, due);
    }
    return first;
  }

  Place make(Move move) {
    return switch (move.kind()) {
      case WAIT -> before.at(Math.toIntExact(later(atlas, before)));
      case DELAY -> paid(before.taken().late(move.which()), move);
      case MUTE -> paid(before.flagged(Place.MUTE, move.at()), move);
      case DEAF -> paid(before.flagged(Place.DEAF, move.at()), move);
      case SLEEP -> paid(before.flagged(Place.ASLEEP, move.at()), move);
      case DELIVER -> delivered(move);
      case COME -> step(before.come(move.which()), move);
      case TICK, STORED, CRASH, RESTART, COMMAND -> step(before, move);
    };
  }

  private Place delivered(Move move) {
    var rest = before.taken();
    if (!atlas.cell(before.site(move.at())).up()) return rest; // nobody is there
    return step(move.odd() ? rest.late(move.which()) : rest, move);
  }

  private Place step(Place from, Move move) {
    var step = atlas.step(from.site(move.at()), from.now(), move);
    var entry = atlas.with(from.seen(), step.news());
    wrote = step.wrote();
    var place = from.with(move.at(), step.site(), entry.number());
    for (var flight : step.sent()) {
      var lost = from.is(Place.MUTE, move.at()) || from.is(Place.DEAF, atlas.flight(flight).to());
      if (!lost) place = place.sending(flight);
    }
    if (!step.wrong().isEmpty()) wrong = step.wrong();
    else if (!entry.wrong().isEmpty()) wrong = entry.wrong();
    else if (leaders(place) > 1) wrong = overlap(place);
    return paid(place, move);
  }

  private Place paid(Place place, Move move) {
    var changes = move.kind() == Move.Kind.COMMAND ? 1 : 0;
    return place.left(before.faults() - Options.price(before, move), before.changes() - changes);
  }

  private int leaders(Place place) {
    var leaders = 0;
    for (var node = 0; node < atlas.born().nodes(); node++)
      if (place.now() < atlas.cell(place.site(node)).until()) leaders++;
    return leaders;
  }

  private String overlap(Place place) {
    var holders = new ArrayList<Sight.Holder>();
    for (var node = 0; node < atlas.born().nodes(); node++) {
      var cell = atlas.cell(place.site(node));
      if (place.now() < cell.until())
        holders.add(new Sight.Holder(atlas.born().id(node), cell.site().held().getFirst().fence()));
    }
    var oracle = new OneAuthority();
    var says = oracle.see(new Sight.Authority(atlas.born().scope(), holders));
    return says.isEmpty() ? "" : oracle.name() + " " + says;
  }
}
