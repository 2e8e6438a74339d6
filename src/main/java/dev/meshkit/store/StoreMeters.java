package dev.meshkit.store;

import dev.meshkit.observe.Meters.Level;
import dev.meshkit.observe.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What of a store is computed at each scrape. */
final class StoreMeters {
  private StoreMeters() {}

  static void register(StoreOptions options, Store store) {
    var meters = options.meters();
    var name = options.label();
    meters.gauge(Metric.STORE_SUBMIT_DEPTH, store::depth, name);
    meters.gauge(Metric.STORE_DB_BYTES, () -> size(options.file()), name);
    meters.gauge(Metric.STORE_WAL_BYTES, () -> size(options.log()), name);
    meters.gauge(
        Metric.STORE_OLDEST_READER_SECONDS, () -> store.oldestReader().toMillis() / 1e3, name);
    meters.gauges(Metric.STORE_STATE, () -> states(store, name));
  }

  private static List<Level> states(Store store, String name) {
    var now = store.state();
    return Arrays.stream(StoreState.values())
        .map(state -> Level.of(state == now ? 1 : 0, name, state.name()))
        .toList();
  }

  private static double size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException _) {
      return 0; // a log that was not made yet, or is gone again
    }
  }
}
