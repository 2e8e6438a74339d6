package dev.meshkit.bench.pipeline;

import com.google.gson.Gson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/** All contests, and the main class of a JVM that decides one of them. */
public final class Ring {
  private Ring() {}

  static List<Contest> contests() {
    return Stream.of(Chains.all(), Streams.all(), Forks.all(), Flows.all(), Broadcasts.all())
        .flatMap(List::stream)
        .toList();
  }

  /** The names of all contests, in the order of the table. */
  public static List<String> names() {
    return contests().stream().map(Contest::name).toList();
  }

  /** Decides the contest of this name; prints its numbers as one line of JSON. */
  public static void main(String... args) throws Exception {
    var contest =
        contests().stream().filter(one -> one.name().equals(args[0])).findFirst().orElseThrow();
    System.out.println(new Gson().toJson(onVirtualThread(() -> numbers(contest))));
    System.exit(0); // some sides leave threads behind
  }

  private static Map<String, Object> numbers(Contest contest) throws Exception {
    return new LinkedHashMap<>(Duel.of(contest).numbers());
  }

  /** Both sides run where MeshKit's own code runs. */
  private static <T> T onVirtualThread(Callable<T> call) throws Exception {
    var task = new FutureTask<>(call);
    Thread.ofVirtual().name("ring").start(task);
    return task.get();
  }
}
