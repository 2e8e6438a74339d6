package dev.meshkit.gate;

import dev.meshkit.api.Fence;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.observe.EffectCaptureEvent;
import dev.meshkit.observe.FencedEvent;
import dev.meshkit.observe.GateDecisionEvent;
import dev.meshkit.observe.Meters;
import dev.meshkit.observe.Metric;
import dev.meshkit.observe.ReplayMismatchEvent;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * What is counted and recorded of decisions and effects: a decision costs two look-ups more and
 * takes no lock. Thread-safe; never blocks.
 */
final class GateCounts {
  /** Counts nothing; flight recordings see all the same. */
  static final GateCounts NONE = new GateCounts(Optional.empty());

  private final Optional<Meters> meters;
  private final ConcurrentMap<Decided, Runnable> decided = new ConcurrentHashMap<>();
  private final Map<Mode, Map<Became, Runnable>> effects = new EnumMap<>(Mode.class);

  /** What decisions are told apart by. */
  private record Decided(String change, int version, Decision.Source source) {}

  /** What became of a step. */
  private enum Became {
    OK,
    FAILED,
    IN_DOUBT,
    OPEN,
    REPLAYED;

    static Became of(EffectState state) {
      return switch (state) {
        case INTENT -> OPEN;
        case OK -> OK;
        case FAILED -> FAILED;
        case IN_DOUBT -> IN_DOUBT;
      };
    }
  }

  private GateCounts(Optional<Meters> meters) {
    this.meters = meters;
    for (var mode : Mode.values()) {
      var of = new EnumMap<Became, Runnable>(Became.class);
      for (var became : Became.values()) of.put(became, counted(mode, became));
      effects.put(mode, of);
    }
  }

  private Runnable counted(Mode mode, Became became) {
    return meters
        .map(all -> all.counting(Metric.EFFECTS_TOTAL, mode.name(), became.name()))
        .orElse(() -> {});
  }

  /** Counts in these. */
  static GateCounts in(Meters meters) {
    return new GateCounts(Optional.of(meters));
  }

  /** The levels of a gauge, worked out while a scrape runs. */
  void levels(Metric metric, Supplier<List<Meters.Level>> levels) {
    meters.ifPresent(all -> all.gauges(metric, levels));
  }

  /** A decision was asked for; hands it on. */
  Result<Decision> decided(Change change, Subject subject, Result<Decision> answer) {
    if (answer instanceof Result.Ok<Decision>(var decision)) {
      if (meters.isPresent()) counting(change, decision).run();
      var source = decision.source().name();
      GateDecisionEvent.emit(change.name(), subject.text(), decision.version(), source);
    } else {
      meters.ifPresent(all -> all.count(Metric.GATE_CONFLICTS_TOTAL));
    }
    return answer;
  }

  /** Past as many kinds as a label may have values, the rest of them are one kind. */
  private Runnable counting(Change change, Decision decision) {
    var kind = new Decided(change.name(), decision.version(), decision.source());
    var known = decided.get(kind);
    if (known != null) return known;
    if (decided.size() >= Meters.OPEN_VALUES) kind = new Decided("_other", 0, decision.source());
    return decided.computeIfAbsent(kind, this::prepared);
  }

  private Runnable prepared(Decided kind) {
    var version = Integer.toString(kind.version());
    return meters
        .orElseThrow()
        .counting(Metric.GATE_DECISIONS_TOTAL, kind.change(), version, kind.source().name());
  }

  /** A step was done, or tried. */
  void captured(EffectCaptureEvent event, RunRow run, Ask ask, Optional<EffectRow> row) {
    var became = row.map(one -> Became.of(one.st())).orElse(Became.OPEN);
    count(ask.mode(), became);
    if (event.isKept()) event.told(run.text(), ask.text(), ask.mode().name(), became.name());
  }

  /** A step had been done before. */
  void replayed(Mode mode) {
    count(mode, Became.REPLAYED);
  }

  private void count(Mode mode, Became became) {
    Objects.requireNonNull(Objects.requireNonNull(effects.get(mode)).get(became)).run();
  }

  /** A run does not fit what is recorded of it. */
  void parked(RunRow run, MeshError mismatch) {
    var details = mismatch.details();
    ReplayMismatchEvent.emit(
        run.text(), details.getOrDefault("stored", ""), details.getOrDefault("kind", ""));
  }

  /** A run met a later fence. */
  void fenced(Fence fence, String resource) {
    meters.ifPresent(all -> all.count(Metric.GATE_FENCED_TOTAL));
    FencedEvent.emit(fence.scope().text(), resource);
  }
}
