package dev.meshkit.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * All that can happen next at one place of an exploration. Frames come in the order in which they
 * left, and time passes when all is done that is due; whatever else happens is a fault and has its
 * price. What ends a fault is free: but it happens between two such bursts.
 */
final class Options {
  private final Atlas atlas;
  private final Place place;
  private final boolean faulty;
  private final List<Move> all = new ArrayList<>();

  private Options(Atlas atlas, Place place) {
    this.atlas = atlas;
    this.place = place;
    this.faulty = place.faults() > 0;
  }

  static List<Move> of(Atlas atlas, Place place, int millis) {
    var options = new Options(atlas, place);
    for (var node = 0; node < atlas.born().nodes(); node++) options.faults(node);
    if (place.rests()) options.rest(millis);
    else options.frame();
    return options.all;
  }

  /** What a move costs. */
  static int price(Place at, Move move) {
    return switch (move.kind()) {
      case DELIVER -> price(move.odd(), move.late());
      case TICK, COMMAND -> price(!at.rests(), move.late());
      case STORED, RESTART, COME -> price(move.odd(), move.late());
      case CRASH, DELAY -> 1;
      case MUTE, DEAF, SLEEP -> price(!move.odd(), false);
      case WAIT -> 0;
    };
  }

  private static int price(boolean one, boolean other) {
    return (one ? 1 : 0) + (other ? 1 : 0);
  }

  private void frame() {
    var number = place.next();
    var to = atlas.flight(number).to();
    all.add(Move.of(Move.Kind.DELIVER, to, number));
    if (!faulty || !atlas.cell(place.site(to)).up()) return;
    all.add(Move.of(Move.Kind.DELIVER, to, number).oddly());
    all.add(Move.of(Move.Kind.DELAY, to, number));
  }

  private void rest(int millis) {
    for (var number : place.late()) {
      var to = atlas.flight(number).to();
      if (atlas.cell(place.site(to)).up()) all.add(Move.of(Move.Kind.COME, to, number));
    }
    var busy = false;
    for (var node = 0; node < atlas.born().nodes(); node++) busy |= restful(node);
    if (!busy && After.later(atlas, place) <= millis) all.add(Move.of(Move.Kind.WAIT, 0, 0));
  }

  /** Whether it has something to do now. */
  private boolean restful(int node) {
    if (place.is(Place.MUTE, node)) all.add(Move.of(Move.Kind.MUTE, node, 0).oddly());
    if (place.is(Place.DEAF, node)) all.add(Move.of(Move.Kind.DEAF, node, 0).oddly());
    if (place.is(Place.ASLEEP, node)) all.add(Move.of(Move.Kind.SLEEP, node, 0).oddly());
    var cell = atlas.cell(place.site(node));
    if (!cell.up()) all.add(Move.of(Move.Kind.RESTART, node, 0));
    if (cell.writes()) all.add(Move.of(Move.Kind.STORED, node, 0));
    own(node);
    return !place.is(Place.ASLEEP, node) && cell.due() <= place.now();
  }

  /** What it does by itself. */
  private void own(int node) {
    var cell = atlas.cell(place.site(node));
    var due = cell.up() && cell.due() <= place.now();
    if (due && !place.is(Place.ASLEEP, node)) all.add(Move.of(Move.Kind.TICK, node, 0));
    if (place.changes() > 0 && place.now() < cell.until())
      all.add(Move.of(Move.Kind.COMMAND, node, place.changes()));
  }

  private void faults(int node) {
    var cell = atlas.cell(place.site(node));
    if (!faulty || !cell.up()) return;
    if (cell.crashes() > 0) add(Move.of(Move.Kind.CRASH, node, 0), cell.writes());
    if (cell.writes()) all.add(Move.of(Move.Kind.STORED, node, 0).oddly());
    if (!place.rests()) own(node);
    if (!place.is(Place.MUTE, node)) all.add(Move.of(Move.Kind.MUTE, node, 0));
    if (!place.is(Place.DEAF, node)) all.add(Move.of(Move.Kind.DEAF, node, 0));
    if (!place.is(Place.ASLEEP, node)) all.add(Move.of(Move.Kind.SLEEP, node, 0));
  }

  private void add(Move move, boolean both) {
    all.add(move);
    if (both) all.add(move.oddly());
  }
}
