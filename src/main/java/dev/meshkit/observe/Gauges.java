package dev.meshkit.observe;

import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;

/** The series of one gauge: computed afresh by each scrape, 0 where nobody computes a known one. */
final class Gauges {
  private final MultiGauge gauge;
  private final List<Tags> known;
  private final Function<List<String>, Tags> tags;
  private final List<Supplier<List<Meters.Level>>> sources = new CopyOnWriteArrayList<>();

  Gauges(MultiGauge gauge, List<Tags> known, Function<List<String>, Tags> tags) {
    this.gauge = gauge;
    this.known = known;
    this.tags = tags;
  }

  void add(Supplier<List<Meters.Level>> levels) {
    sources.add(levels);
  }

  /** Asks every source; synchronized, because two scrapes may run at once. */
  synchronized void compute() {
    var rows = new LinkedHashMap<Tags, Double>();
    known.forEach(labels -> rows.put(labels, 0.0));
    for (var source : sources) {
      source.get().forEach(level -> rows.put(tags.apply(level.labels()), level.value()));
    }
    gauge.register(
        rows.entrySet().stream()
            .<MultiGauge.Row<?>>map(row -> MultiGauge.Row.of(row.getKey(), row.getValue()))
            .toList(),
        true);
  }
}
