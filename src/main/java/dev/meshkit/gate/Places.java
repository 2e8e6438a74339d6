package dev.meshkit.gate;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.gate.Line.Spot;
import dev.meshkit.gate.Mismatch.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a branch is in its run: compares each capture with what is recorded, and lets at most one
 * thread do a deed. Thread-safe: guarded by this.
 *
 * <p>A step out of order may mean that those before it are gone or only moved. That shows later, so
 * until it does, what is recorded is answered and nothing is done.
 */
final class Places {
  /** The most effects of a run. */
  static final int MOST = 10_000;

  private final RunRow run;
  private final List<Slot> slots = new ArrayList<>(); // in no order; guarded by this
  private final Map<String, Slot> keyed = new HashMap<>(); // by keyed step; guarded by this
  private final Map<String, Line> lines = new HashMap<>(); // guarded by this
  private final Map<String, Flight> flights = new HashMap<>(); // by keyed step; guarded by this
  private int recorded; // slots with a row; guarded by this
  private @Nullable Mismatch mismatch; // guarded by this
  private @Nullable Mismatch suspect; // it may be REMOVED or REORDERED; guarded by this
  private Optional<EffectRow> missing = Optional.empty(); // what the suspect did not visit

  Places(RunRow run, List<EffectRow> rows) {
    this.run = run;
    for (var row : rows) {
      var slot = slot();
      record(slot, row);
      if (row.n() > 0) line(strand(row.step())).put(row.n(), slot);
      else keyed.put(row.step(), slot);
    }
  }

  /** What a capture is to do. */
  sealed interface Found {
    /** It is recorded: answer that. */
    record Recorded(EffectRow row) implements Found {}

    /** It is to be done. */
    record Open(Spot spot, Slot slot, Flight flight) implements Found {
      /** What is recorded of it, without an outcome. */
      Optional<EffectRow> row() {
        return slot.row();
      }
    }

    /** Somebody else does it. */
    record Busy(Flight flight) implements Found {}

    /** It is refused. */
    record Refused(MeshError error) implements Found {}
  }

  /** Takes the place of a capture; what is Open must be {@link #end ended}. */
  synchronized Found begin(Ask ask) {
    if (mismatch != null) return new Found.Refused(mismatch.error(run));
    return ask.step().isKeyed() ? keyed(ask) : inOrder(ask);
  }

  private Found keyed(Ask ask) {
    var spot = new Spot(ask.text(), 1, 0);
    var flight = flights.get(spot.step());
    if (flight != null) {
      return flight.isMine() ? ambiguous(ask, spot) : new Found.Busy(flight);
    }
    var known = keyed.get(spot.step());
    var slot = known != null ? known : new Slot();
    var found = slot.isRecorded() ? checked(ask, spot, slot) : fresh(ask, spot, slot);
    if (found instanceof Found.Open open) {
      flights.put(spot.step(), open.flight());
      if (keyed.putIfAbsent(spot.step(), slot) == null) slots.add(slot);
    }
    return found;
  }

  private Found inOrder(Ask ask) {
    var line = line(ask.strand());
    if (line.isBusy()) return ambiguous(ask, new Spot(ask.text(), 1, 0));
    var spot = line.take(ask.text());
    Found found;
    if (suspect != null) found = suspected(line, spot);
    else found = here(ask, line, spot, line.at(spot.n(), this::slot));
    if (!(found instanceof Found.Open)) line.release(found instanceof Found.Recorded);
    return found;
  }

  private Found here(Ask ask, Line line, Spot spot, Slot slot) {
    if (!slot.isRecorded()) return fresh(ask, spot, slot);
    return slot.holds(spot) ? checked(ask, spot, slot) : other(ask, line, spot, slot.recorded());
  }

  private Slot slot() {
    var slot = new Slot();
    slots.add(slot);
    return slot;
  }

  private void record(Slot slot, EffectRow row) {
    if (!slot.isRecorded()) recorded++;
    slot.record(row);
  }

  /** What is recorded of a deed from now on, before it is known how that ends. */
  synchronized void note(Found.Open open, EffectRow row) {
    record(open.slot(), row);
    open.slot().visit();
  }

  /** Whether a call may have been made of which nobody knows, by whoever executed this. */
  synchronized boolean isCallOut() {
    return slots.stream().flatMap(slot -> slot.row().stream()).anyMatch(EffectRow::isCallOut);
  }

  /** Nothing is recorded of it. */
  private Found fresh(Ask ask, Spot spot, Slot slot) {
    if (suspect != null) return fail(suspect);
    if (run.st().isOver())
      return fail(new Mismatch(Kind.ADDED, "the end", ask.text(spot.occ(), spot.n())));
    if (recorded >= MOST || spot.n() > MOST) // steps left behind without an outcome count, too
    return new Found.Refused(
          MeshError.validation(
              "capturing " + ask.text() + " of " + run.text(),
              "a run has at most " + MOST + " effects",
              "split the work over several runs"));
    return open(spot, slot);
  }

  /** It is recorded in its place: is it the same? */
  private Found checked(Ask ask, Spot spot, Slot slot) {
    var row = slot.recorded();
    var kind = difference(ask, row);
    if (kind.isPresent()) return fail(mismatch(kind.get(), ask, spot, row));
    slot.visit();
    if (row.st().isSettled()) return new Found.Recorded(row);
    return suspect == null ? open(spot, slot) : fail(suspect);
  }

  private static Optional<Kind> difference(Ask ask, EffectRow row) {
    if (!row.isSound()) return Optional.of(Kind.DAMAGED);
    if (row.mode() != ask.mode()) return Optional.of(Kind.MODE);
    if (!row.type().equals(ask.step().type().name())) return Optional.of(Kind.TYPE);
    return row.input().equals(ask.input()) ? Optional.empty() : Optional.of(Kind.INPUT);
  }

  private static Found open(Spot spot, Slot slot) {
    slot.begin();
    return new Found.Open(spot, slot, new Flight());
  }

  /** Another step is recorded in its place. */
  private Found other(Ask ask, Line line, Spot spot, EffectRow stored) {
    var elsewhere = line.of(spot);
    if (elsewhere.isEmpty()) {
      var kind = ask.isLike(stored) ? Kind.RENAMED : Kind.ADDED;
      return fail(mismatch(kind, ask, spot, stored));
    }
    suspect = mismatch(Kind.REMOVED, ask, spot, stored);
    missing = Optional.of(stored);
    return answered(elsewhere.getFirst());
  }

  /** The suspect was a removal unless what it passed over still comes. */
  private Found suspected(Line line, Spot spot) {
    var isBack = missing.filter(row -> row.id().equals(spot.id())).isPresent();
    var first = java.util.Objects.requireNonNull(suspect);
    if (isBack) return fail(new Mismatch(Kind.REORDERED, first.stored(), first.actual()));
    var rows = line.of(spot);
    return rows.isEmpty() ? fail(first) : answered(rows.getFirst());
  }

  private Found answered(EffectRow row) {
    return row.st().isSettled() && row.isSound()
        ? new Found.Recorded(row)
        : fail(java.util.Objects.requireNonNull(suspect));
  }

  private Mismatch mismatch(Kind kind, Ask ask, Spot spot, EffectRow stored) {
    return new Mismatch(kind, Ask.text(stored), ask.text(spot.occ(), spot.n()));
  }

  /** Refuses this one alone: nothing that is recorded speaks against the branch. */
  private Found ambiguous(Ask ask, Spot spot) {
    var text = ask.text(spot.occ(), spot.n());
    return new Found.Refused(new Mismatch(Kind.AMBIGUOUS, "one at a time", text).error(run));
  }

  private Found fail(Mismatch found) {
    return new Found.Refused(park(found));
  }

  /** The branch does not fit: nothing more is done in this run. The first reason stays. */
  synchronized MeshError park(Mismatch found) {
    if (mismatch == null) mismatch = found;
    return mismatch.error(run);
  }

  /** What was read does not fit the type that reads it. */
  MeshError unread(Ask ask, EffectRow row, MeshError why) {
    return park(new Mismatch(Kind.TYPE, Ask.text(row), ask.step().type() + ": " + why.why()));
  }

  /** A deed is over: with its row if it has an outcome, and what the others get, if anything. */
  synchronized void end(
      Ask ask, Found.Open open, Optional<EffectRow> row, Optional<Result<?>> answer) {
    row.ifPresent(one -> record(open.slot(), one));
    var isSettled = row.isPresent() && row.get().st().isSettled();
    open.slot().end(isSettled);
    if (ask.step().isKeyed()) flights.remove(open.spot().step());
    else line(ask.strand()).release(isSettled);
    answer.ifPresent(open.flight()::land);
    open.flight().end();
  }

  /** Whether an effect has begun and has no outcome: then the run is not over. */
  synchronized boolean isUnfinished() {
    return slots.stream().anyMatch(Slot::isUnsettled);
  }

  /** Why the branch does not fit; {@code ended} if it came to its end. */
  synchronized Optional<MeshError> misfit(boolean ended) {
    if (mismatch == null && suspect != null) mismatch = suspect;
    if (mismatch == null && ended) {
      slots.stream()
          .filter(Slot::isLeftOut)
          .map(Slot::recorded)
          .min(java.util.Comparator.comparingInt(EffectRow::n).thenComparing(EffectRow::step))
          .ifPresent(row -> park(new Mismatch(Kind.REMOVED, Ask.text(row), "the end")));
    }
    return Optional.ofNullable(mismatch).map(found -> found.error(run));
  }

  private Line line(String strand) {
    return lines.computeIfAbsent(strand, _ -> new Line());
  }

  private static String strand(String step) {
    var slash = step.indexOf('/');
    return slash < 0 ? "" : step.substring(0, slash);
  }
}
