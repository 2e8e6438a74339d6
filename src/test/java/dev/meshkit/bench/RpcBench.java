package dev.meshkit.bench;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * T24: our gRPC over HTTP/3 beside grpc-netty over HTTP/2 with BoringSSL, both with mutual TLS,
 * both ends of both in one process, in turns. The process is a child with flags of its own, the
 * same for both: {@link RpcRun}.
 *
 * <p>With arguments only those parts run ({@code make bench BENCH=rpc ARGS="direct stream"}), and
 * their numbers take the place of theirs in the result that is there: the whole takes four minutes,
 * and a shared machine is not quiet for so long.
 */
final class RpcBench implements Bench.Measured {
  /** Parallel collector and small headers: what a busy server of either kind would run with. */
  private static final List<String> FLAGS =
      List.of(
          "--enable-preview",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseParallelGC",
          "-XX:+UseCompactObjectHeaders",
          "-Xms1g",
          "-Xmx1g",
          "-Dio.netty.leakDetection.level=disabled");

  private static final long TIMEOUT_SECONDS = 280;

  private final List<String> parts;

  RpcBench(List<String> parts) {
    this.parts = parts;
  }

  @Override
  public Map<String, Object> run() throws Exception {
    var result = Files.createTempFile("bench-rpc", ".json");
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    var extra = System.getProperty("meshkit.bench.flags", ""); // a recording, say
    for (var flag : extra.split(" ")) if (!flag.isBlank()) command.add(flag);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), RpcRun.class.getName()));
    command.add(result.toString());
    command.addAll(parts);
    var child = new ProcessBuilder(command).inheritIO().start();
    try {
      if (!child.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || child.exitValue() != 0) {
        throw new IllegalStateException("the measuring process failed or took too long");
      }
    } finally {
      child.destroyForcibly().waitFor();
    }
    var measured = parts.isEmpty() ? new JsonObject() : read(Path.of("target/bench/rpc.json"));
    read(result).entrySet().forEach(entry -> measured.add(entry.getKey(), entry.getValue()));
    return judged(measured);
  }

  private static JsonObject read(Path file) throws IOException {
    if (!Files.exists(file)) return new JsonObject();
    return new Gson().fromJson(Files.readString(file), JsonObject.class);
  }

  private static Map<String, Object> judged(JsonObject measured) {
    var numbers = new LinkedHashMap<String, Object>();
    var misses = new ArrayList<String>();
    measured.entrySet().forEach(entry -> numbers.put(entry.getKey(), entry.getValue()));
    for (var target : RpcTarget.ALL) {
      var value = measured.get(target.name());
      if (value != null && !target.isMetBy(value.getAsDouble())) misses.add(target.toString());
    }
    numbers.put("missed", misses);
    numbers.put("withinBudget", misses.isEmpty());
    return numbers;
  }
}
