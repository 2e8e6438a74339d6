package dev.meshkit.bench.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.Lease;
import dev.meshkit.queue.QueueOptions;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.StoreThreads;
import dev.meshkit.queue.TaskCodec;
import dev.meshkit.queue.TaskSpec;
import dev.meshkit.store.StoreFixture;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** A minute of a queue that rests: 10,000 lanes, 1,000 held leases, and nothing to do. */
final class Idle {
  private static final int LANES = 10_000;
  private static final int HELD = 1_000;
  private static final Duration SETTLE = Duration.ofSeconds(25); // the last look at the heads
  private static final Duration WATCH = Duration.ofSeconds(60);

  private Idle() {}

  static void measure(Path home, Map<String, Object> numbers) throws Exception {
    var rests = Part.run(Idle.class, Files.createDirectories(home.resolve("idle")).toString());
    var empty = Part.run(Idle.class);
    numbers.put("idle_store_thread_runs", rests.get("runs").getAsLong());
    numbers.put("idle_cpu_percent", rests.get("cpu_percent").getAsDouble());
    numbers.put("idle_cpu_percent_empty_jvm", empty.get("cpu_percent").getAsDouble());
  }

  /** The argument is the directory; without one an empty JVM is watched. */
  public static void main(String... args) throws Exception {
    if (args.length == 0) {
      watch();
      return;
    }
    var long_ = Duration.ofMinutes(10);
    try (var store = StoreFixture.open(Path.of(args[0]));
        var queue =
            SafeTaskQueue.open(store, QueueOptions.of("idle").lease(long_, long_), TaskCodec.BYTES)
                .orThrow()) {
      var tasks = IntStream.range(0, LANES).mapToObj(Idle::task).toList();
      queue.enqueueAll(tasks).orThrow();
      var held = new ArrayList<Lease<Bytes>>();
      while (held.size() < HELD) held.addAll(queue.lease(HELD, SETTLE).orThrow());
      watch();
    }
  }

  private static void watch() throws Exception {
    Load.pass(SETTLE);
    var runs = sum(StoreThreads.runs());
    var cpu = cpuNanos();
    Load.pass(WATCH);
    System.out.printf(
        Locale.ROOT,
        "{\"runs\":%d,\"cpu_percent\":%.3f}%n",
        sum(StoreThreads.runs()) - runs,
        100.0 * (cpuNanos() - cpu) / WATCH.toNanos());
  }

  private static long sum(Map<String, Long> runs) {
    return runs.values().stream().mapToLong(n -> n).sum();
  }

  private static long cpuNanos() {
    var system = ManagementFactory.getOperatingSystemMXBean();
    return ((com.sun.management.OperatingSystemMXBean) system).getProcessCpuTime();
  }

  private static TaskSpec<Bytes> task(int i) {
    return TaskSpec.of(Lane.of("lane" + i), "bench.task", Bytes.utf8("rests"));
  }
}
