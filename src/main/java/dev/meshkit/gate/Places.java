package dev.meshkit.gate;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.gate.Line.Spot;
import dev.meshkit.gate.Mismatch.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  private final Map<EffectRow.Id, EffectRow> recorded = new HashMap<>(); // guarded by this
  private final Map<String, Line> lines = new HashMap<>(); // guarded by this
  private final Map<String, Flight> flights = new HashMap<>(); // by keyed step; guarded by this
  private final Set<EffectRow.Id> visited = new HashSet<>(); // guarded by this
  private final Set<EffectRow.Id> unsettled = new HashSet<>(); // guarded by this
  private @Nullable Mismatch mismatch; // guarded by this
  private @Nullable Mismatch suspect; // it may be REMOVED or REORDERED; guarded by this
  private Optional<EffectRow> missing = Optional.empty(); // what the suspect did not visit

  Places(RunRow run, List<EffectRow> rows) {
    this.run = run;
    for (var row : rows) {
      recorded.put(row.id(), row);
      if (row.n() > 0) line(strand(row.step())).add(row);
    }
  }

  /** What a capture is to do. */
  sealed interface Found {
    /** It is recorded: answer that. */
    record Recorded(EffectRow row) implements Found {}

    /** It is to be done. */
    record Open(Spot spot, Optional<EffectRow> row, Flight flight) implements Found {}

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
    var row = Optional.ofNullable(recorded.get(spot.id()));
    var found = row.isPresent() ? checked(ask, spot, row.get()) : fresh(ask, spot);
    if (found instanceof Found.Open open) flights.put(spot.step(), open.flight());
    return found;
  }

  private Found inOrder(Ask ask) {
    var line = line(ask.strand());
    if (line.isBusy()) return ambiguous(ask, new Spot(ask.text(), 1, 0));
    var spot = line.take(ask.text());
    var here = line.at(spot.n());
    Found found;
    if (suspect != null) found = suspected(line, spot);
    else if (here.isEmpty()) found = fresh(ask, spot);
    else if (here.getFirst().id().equals(spot.id())) found = checked(ask, spot, here.getFirst());
    else found = other(ask, line, spot, here.getFirst());
    if (!(found instanceof Found.Open)) line.release(found instanceof Found.Recorded);
    return found;
  }

  /** Nothing is recorded of it. */
  private Found fresh(Ask ask, Spot spot) {
    if (suspect != null) return fail(suspect);
    if (run.st().isOver())
      return fail(new Mismatch(Kind.ADDED, "the end", ask.text(spot.occ(), spot.n())));
    if (recorded.size() >= MOST)
      return new Found.Refused(
          MeshError.validation(
              "capturing " + ask.text() + " of " + run.text(),
              "a run has at most " + MOST + " effects",
              "split the work over several runs"));
    return open(spot, Optional.empty());
  }

  /** It is recorded in its place: is it the same? */
  private Found checked(Ask ask, Spot spot, EffectRow row) {
    var kind = difference(ask, row);
    if (kind.isPresent()) return fail(mismatch(kind.get(), ask, spot, row));
    visited.add(row.id());
    if (row.st().isSettled()) return new Found.Recorded(row);
    return suspect == null ? open(spot, Optional.of(row)) : fail(suspect);
  }

  private static Optional<Kind> difference(Ask ask, EffectRow row) {
    if (!row.isSound()) return Optional.of(Kind.DAMAGED);
    if (row.mode() != ask.mode()) return Optional.of(Kind.MODE);
    if (!row.type().equals(ask.step().type().name())) return Optional.of(Kind.TYPE);
    return row.input().equals(ask.input()) ? Optional.empty() : Optional.of(Kind.INPUT);
  }

  private Found open(Spot spot, Optional<EffectRow> row) {
    unsettled.add(spot.id());
    return new Found.Open(spot, row, new Flight());
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
    row.ifPresent(one -> recorded.put(one.id(), one));
    var isSettled = row.filter(one -> one.st().isSettled()).isPresent();
    visited.add(open.spot().id());
    if (isSettled) unsettled.remove(open.spot().id());
    if (ask.step().isKeyed()) flights.remove(open.spot().step());
    else lineAfter(ask, row).release(isSettled);
    answer.ifPresent(open.flight()::land);
    open.flight().end();
  }

  private Line lineAfter(Ask ask, Optional<EffectRow> row) {
    var line = line(ask.strand());
    row.ifPresent(line::add);
    return line;
  }

  /** Whether an effect has begun and has no outcome: then the run is not over. */
  synchronized boolean isUnfinished() {
    return !unsettled.isEmpty();
  }

  /** Why the branch does not fit; {@code ended} if it came to its end. */
  synchronized Optional<MeshError> misfit(boolean ended) {
    if (mismatch == null && suspect != null) mismatch = suspect;
    if (mismatch == null && ended) {
      recorded.values().stream()
          .filter(row -> !visited.contains(row.id()))
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
