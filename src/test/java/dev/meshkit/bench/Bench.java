package dev.meshkit.bench;

import com.google.gson.GsonBuilder;
import dev.meshkit.bench.failover.FailoverBench;
import dev.meshkit.bench.failover.RecordBench;
import dev.meshkit.bench.model.ModelBench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** {@code make bench BENCH=name}: runs one benchmark and leaves its numbers as JSON. */
public final class Bench {
  private static final Map<String, Function<List<String>, Measured>> BENCHES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("start", _ -> new StartBench()),
              Map.entry("idle", _ -> new IdleBench()),
              Map.entry("idle-voters", VotersIdleBench::new),
              Map.entry("rpc", RpcBench::new),
              Map.entry("deliver", DeliverBench::new),
              Map.entry("duplex", DuplexBench::new),
              Map.entry("flip", FlipBench::new),
              Map.entry("gate", GateBench::new),
              Map.entry("failover", args -> new FailoverBench(args)::run),
              Map.entry("model", args -> new ModelBench(args)::run),
              Map.entry("mutants", MutantBench::new),
              Map.entry("pipeline", PipelineBench::new),
              Map.entry("queue", QueueBench::new),
              Map.entry("record", args -> new RecordBench(args)::run),
              Map.entry("shrink", ShrinkBench::new),
              Map.entry("spread", SpreadBench::new),
              Map.entry("step", StepRun::measured)));

  private Bench() {}

  /** A benchmark: what it measured, by name. */
  @FunctionalInterface
  interface Measured {
    Map<String, Object> run() throws Exception;
  }

  /** Exits 0 when the budgets hold, 1 when one does not, 2 for an unknown name. */
  public static void main(String... args) throws Exception {
    var name = args.length == 0 ? "" : args[0];
    var bench = BENCHES.get(name);
    if (bench == null) {
      System.err.println("no benchmark '" + name + "'; there are " + BENCHES.keySet());
      System.exit(2);
      return;
    }
    var numbers = new LinkedHashMap<String, Object>();
    numbers.put("bench", name);
    numbers.put("processors", Runtime.getRuntime().availableProcessors());
    numbers.put("jdk", Runtime.version().toString());
    var arguments = List.of(args).subList(1, args.length);
    numbers.putAll(new TreeMap<>(bench.apply(arguments).run()));
    var json = new GsonBuilder().setPrettyPrinting().create().toJson(numbers);
    var file = Path.of("target", "bench", name + ".json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, json + "\n");
    System.out.println(json);
    System.exit(Boolean.TRUE.equals(numbers.get("withinBudget")) ? 0 : 1);
  }
}
