package dev.meshkit.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The meters of one node: records what {@link Metric} declares, and prints it for Prometheus.
 *
 * <p>Series whose labels all have known values are there at 0 from the start, because an alert on
 * an absent series never fires. Gauges are computed while a scrape runs, on its thread.
 * Thread-safe; recording never blocks. Label values must come in the order of {@link
 * Metric#labels()}; a value outside a closed set is a bug, hence an {@link
 * IllegalArgumentException}.
 */
public final class Meters implements AutoCloseable {
  /** How many values an open label takes before all further ones are {@code _other}. */
  public static final int OPEN_VALUES = 128;

  private static final Duration[] TIME_BUCKETS =
      IntStream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);
  private static final double[] SIZE_BUCKETS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<String, List<String>> known;
  private final Map<String, Set<String>> seen = new ConcurrentHashMap<>();
  private final Map<Metric, Gauges> gauges = new ConcurrentHashMap<>();
  private final Map<Series, Counter> counters = new ConcurrentHashMap<>(); // of closed labels
  private final Map<Series, Timer> timers = new ConcurrentHashMap<>(); // likewise
  private final Map<Series, DistributionSummary> sizes = new ConcurrentHashMap<>(); // likewise

  /** A series whose labels are all closed: to look it up costs less than to name it. */
  private record Series(Metric metric, List<String> labels) {}

  /**
   * One series of a gauge.
   *
   * @param value its level now
   * @param labels its label values
   */
  public record Level(double value, List<String> labels) {
    /** Copies the labels. */
    public Level {
      labels = List.copyOf(labels);
    }

    /** A level under these label values. */
    public static Level of(double value, String... labels) {
      return new Level(value, List.of(labels));
    }
  }

  /**
   * Meters without anything recorded.
   *
   * @param known the values that open labels are already known to take, by label: the scopes, the
   *     loops, the node's region; their series exist from the start
   */
  public Meters(Map<String, List<String>> known) {
    this.known = Map.copyOf(known);
    for (var metric : Metric.values()) {
      combinations(metric).forEach(labels -> prepare(metric, labels));
    }
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
  }

  /** Counts one. */
  public void count(Metric metric, String... labels) {
    add(metric, 1, labels);
  }

  /** Counts {@code more}, not negative. */
  public void add(Metric metric, long more, String... labels) {
    counter(metric, List.of(labels)).increment((double) more);
  }

  /** What counts one of a series, whoever else counts it too; it looks up nothing any more. */
  public Runnable counting(Metric metric, String... labels) {
    return counter(metric, List.of(labels))::increment;
  }

  private Counter counter(Metric metric, List<String> labels) {
    return series(counters, metric, labels, this::counter);
  }

  private <T> T series(
      Map<Series, T> of, Metric metric, List<String> labels, BiFunction<Metric, Tags, T> register) {
    if (metric.isOpen()) return register.apply(metric, tags(metric, labels));
    var series = new Series(metric, labels);
    var known = of.get(series); // without the lock that computing takes
    return known != null
        ? known
        : of.computeIfAbsent(series, one -> register.apply(metric, tags(metric, one.labels())));
  }

  /** Takes the count from where it is kept anyway; {@code total} only grows. */
  public void counted(Metric metric, LongSupplier total, String... labels) {
    want(metric, Metric.Type.COUNTER);
    var tags = tags(metric, List.of(labels));
    registry.remove(counter(metric, tags)); // prepared at 0 until its owner was there
    FunctionCounter.builder(name(metric), total, LongSupplier::getAsLong)
        .description(metric.help())
        .tags(tags)
        .register(registry);
  }

  /** Records a time. */
  public void time(Metric metric, Duration took, String... labels) {
    want(metric, Metric.Type.SECONDS);
    series(timers, metric, List.of(labels), this::timer).record(took);
  }

  /** Records a number. */
  public void size(Metric metric, long size, String... labels) {
    want(metric, Metric.Type.SIZES);
    series(sizes, metric, List.of(labels), this::sizes).record((double) size);
  }

  /** Computes one series of a gauge at each scrape. */
  public void gauge(Metric metric, DoubleSupplier level, String... labels) {
    gauges(metric, () -> List.of(Level.of(level.getAsDouble(), labels)));
  }

  /**
   * Computes series of a gauge at each scrape; what an earlier call for the same metric computes
   * stays beside it. Series of known labels that nobody computes are 0.
   */
  public void gauges(Metric metric, Supplier<List<Level>> levels) {
    want(metric, Metric.Type.GAUGE);
    gauges.computeIfAbsent(metric, this::newGauges).add(levels);
  }

  /** All series in Prometheus' text format 0.0.4. */
  public String scrape() {
    gauges.values().forEach(Gauges::compute);
    // Prometheus' client keeps the suffix _info to itself and strips it from a gauge's name
    return registry.scrape().replace("meshkit_build", "meshkit_build_info");
  }

  @Override
  public void close() {
    registry.close();
  }

  private void prepare(Metric metric, List<String> labels) {
    switch (metric.type()) {
      case COUNTER -> counter(metric, tags(metric, labels));
      case SECONDS -> timer(metric, tags(metric, labels));
      case SIZES -> sizes(metric, tags(metric, labels));
      case GAUGE -> gauges.computeIfAbsent(metric, this::newGauges);
    }
  }

  private Counter counter(Metric metric, Tags tags) {
    want(metric, Metric.Type.COUNTER);
    return Counter.builder(name(metric)).description(metric.help()).tags(tags).register(registry);
  }

  private Timer timer(Metric metric, Tags tags) {
    return Timer.builder(name(metric))
        .description(metric.help())
        .tags(tags)
        .serviceLevelObjectives(TIME_BUCKETS)
        .register(registry);
  }

  private DistributionSummary sizes(Metric metric, Tags tags) {
    return DistributionSummary.builder(name(metric))
        .description(metric.help())
        .tags(tags)
        .serviceLevelObjectives(SIZE_BUCKETS)
        .register(registry);
  }

  private Gauges newGauges(Metric metric) {
    return new Gauges(
        MultiGauge.builder(name(metric)).description(metric.help()).register(registry),
        combinations(metric).stream().map(labels -> tags(metric, labels)).toList(),
        labels -> tags(metric, labels));
  }

  /** Every combination of known label values; none while an open label has no known value. */
  private List<List<String>> combinations(Metric metric) {
    var all = List.of(List.<String>of());
    for (var label : metric.labels()) {
      var values = label.isOpen() ? known.getOrDefault(label.name(), List.of()) : label.values();
      var longer = new ArrayList<List<String>>();
      for (var shorter : all) {
        for (var value : values) longer.add(append(shorter, value));
      }
      all = longer;
    }
    return all;
  }

  private static List<String> append(List<String> list, String value) {
    var longer = new ArrayList<>(list);
    longer.add(value);
    return List.copyOf(longer);
  }

  private Tags tags(Metric metric, List<String> values) {
    var labels = metric.labels();
    if (values.size() != labels.size()) {
      throw new IllegalArgumentException(
          metric + " has the labels " + labels.stream().map(Metric.Label::name).toList());
    }
    var tags = new ArrayList<Tag>();
    for (var i = 0; i < values.size(); i++) {
      tags.add(Tag.of(labels.get(i).name(), bounded(labels.get(i), values.get(i))));
    }
    return Tags.of(tags);
  }

  private String bounded(Metric.Label label, String value) {
    if (!label.isOpen()) {
      if (label.values().contains(value)) return value;
      throw new IllegalArgumentException(label.name() + " is never '" + value + "'");
    }
    var taken = seen.computeIfAbsent(label.name(), _ -> ConcurrentHashMap.newKeySet());
    if (taken.contains(value)) return value;
    return taken.size() < OPEN_VALUES && taken.add(value) ? value : "_other";
  }

  private static void want(Metric metric, Metric.Type type) {
    if (metric.type() != type) throw new IllegalArgumentException(metric + " is no " + type);
  }

  private static String name(Metric metric) {
    return "meshkit." + metric.id();
  }
}
