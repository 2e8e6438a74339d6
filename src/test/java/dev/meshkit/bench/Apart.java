package dev.meshkit.bench;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A part of a benchmark that is measured in a network namespace of its own, where it may make a
 * {@link SlowPath}: by the same program, which finds {@link #INSIDE} among its arguments.
 */
final class Apart {
  /** The argument of a program that runs there. */
  static final String INSIDE = "inside";

  private static final List<String> APART =
      List.of("unshare", "--user", "--map-root-user", "--net");
  private static final long TIMEOUT_SECONDS = 1_800;

  private Apart() {}

  /** Runs it with this process' flags; empty where there are no such namespaces, which is said. */
  static Map<String, Object> measure(Class<?> program) throws Exception {
    return measure(program, List.of());
  }

  /** The same, with more arguments. */
  static Map<String, Object> measure(Class<?> program, List<String> more) throws Exception {
    if (!isPossible()) {
      System.out.println("not measured: no network namespace or no /dev/net/tun here");
      return Map.of();
    }
    var result = Files.createTempFile("bench-apart", ".json");
    var command = new ArrayList<>(APART);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(result.toString(), INSIDE));
    command.addAll(more);
    var child = new ProcessBuilder(command).inheritIO().start();
    try {
      if (!child.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || child.exitValue() != 0) {
        throw new IllegalStateException("the process apart failed or took too long");
      }
    } finally {
      child.destroyForcibly().waitFor();
    }
    var numbers = new Gson().fromJson(Files.readString(result), JsonObject.class);
    var named = new TreeMap<String, Object>();
    numbers.entrySet().forEach(entry -> named.put(entry.getKey(), entry.getValue()));
    return named;
  }

  private static boolean isPossible() throws Exception {
    var device = "ip tuntap add dev probe mode tun";
    var command = new ArrayList<>(APART);
    command.addAll(List.of("sh", "-c", device + " 2>/dev/null"));
    return new ProcessBuilder(command).start().waitFor() == 0;
  }
}
