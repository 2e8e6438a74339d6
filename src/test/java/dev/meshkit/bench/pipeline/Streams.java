package dev.meshkit.bench.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.pipeline.Results;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Gatherers;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;

/** Finite flows of 256 elements beside a plain loop and plain streams. */
@SuppressWarnings("UnnecessaryLambda") // one object for both sides, so that both call the same
final class Streams {
  private static final int ELEMENTS = 256;
  private static final int WINDOW = 16;
  private static final List<Result<Long>> RESULTS =
      LongStream.range(0, ELEMENTS).mapToObj(i -> Result.ok(i)).toList();
  private static final List<Optional<Long>> OPTIONALS =
      LongStream.range(0, ELEMENTS).mapToObj(i -> Optional.of(i)).toList();
  private static final Function<Long, Long> ADDED = value -> value * 3 + 1;
  private static final Predicate<Long> MOST = value -> value % 4 != 0;

  private Streams() {}

  static List<Contest> all() {
    return List.of(
        new Contest(
            "MapFilterTap",
            "256 results: the CRC of a 64-byte record, a filter, a tap, the list of what is left",
            "a loop with a switch over the same results",
            new Bound.TimeAtMost(1.5),
            times -> gathered(times, Streams::checksum),
            times -> looped(times, Streams::checksum)),
        new Contest(
            "MapFilterTapBare",
            "the same, mapped by one multiplication: next to nothing",
            "a loop with a switch over the same results",
            new Bound.TimeAtMost(1.5),
            times -> gathered(times, ADDED),
            times -> looped(times, ADDED)),
        new Contest(
            "ResultStream",
            "256 results through map, filter, collect",
            "a Stream over Optional with map, filter, toList",
            new Bound.TimeAtMost(3),
            Streams::resultStream,
            Streams::optionalStream),
        new Contest(
            "WindowCount",
            "256 results in windows of 16",
            "Gatherers.windowFixed over the same results",
            new Bound.TimeAtMost(2),
            Streams::windows,
            Streams::fixedWindows));
  }

  private static long gathered(int times, Function<Long, Long> work) {
    var seen = new Seen();
    for (var i = 0; i < times; i++) {
      var came =
          RESULTS.stream()
              .gather(Results.map(work))
              .gather(Results.filter(MOST))
              .gather(Results.tapOk(seen::see))
              .collect(Results.collect());
      var left = came.orThrow().size();
      seen.sum += left;
    }
    return seen.sum;
  }

  private static long looped(int times, Function<Long, Long> work) {
    var seen = new Seen();
    for (var i = 0; i < times; i++) {
      var left = loop(work, seen).orThrow().size();
      seen.sum += left;
    }
    return seen.sum;
  }

  private static Result<List<Long>> loop(Function<Long, Long> work, Seen seen) {
    var values = new ArrayList<Long>();
    for (var one : RESULTS) {
      switch (one) {
        case Result.Ok<Long>(var value) -> {
          var mapped = work.apply(value);
          if (!MOST.test(mapped)) continue;
          seen.see(mapped);
          values.add(mapped);
        }
        case Result.Err<Long>(MeshError error) -> {
          return Result.err(error);
        }
      }
    }
    return Result.ok(List.copyOf(values));
  }

  private static long resultStream(int times) {
    var sum = 0L;
    for (var i = 0; i < times; i++) {
      var came =
          RESULTS.stream()
              .gather(Results.map(ADDED))
              .gather(Results.filter(MOST))
              .collect(Results.collect());
      sum += came.orThrow().size();
    }
    return sum;
  }

  private static long optionalStream(int times) {
    var sum = 0L;
    for (var i = 0; i < times; i++) {
      var came =
          OPTIONALS.stream()
              .map(one -> one.map(ADDED))
              .filter(one -> one.isEmpty() || MOST.test(one.get()))
              .toList();
      sum += came.size();
    }
    return sum;
  }

  private static long windows(int times) {
    var sum = 0L;
    for (var i = 0; i < times; i++) {
      sum +=
          RESULTS.stream()
              .gather(Results.window(WINDOW))
              .mapToLong(window -> window.orThrow().size())
              .sum();
    }
    return sum;
  }

  private static long fixedWindows(int times) {
    var sum = 0L;
    for (var i = 0; i < times; i++) {
      sum += RESULTS.stream().gather(Gatherers.windowFixed(WINDOW)).mapToLong(List::size).sum();
    }
    return sum;
  }

  /** What a step of a pipeline does at least: it looks at 64 bytes. */
  private static Long checksum(Long value) {
    var record = new byte[64];
    for (var i = 0; i < record.length; i++) record[i] = (byte) (value + i);
    var crc = new CRC32C();
    crc.update(record, 0, record.length);
    return crc.getValue();
  }

  private static final class Seen {
    long sum;

    void see(Long value) {
      sum += value;
    }
  }
}
