package dev.meshkit.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmarks of steps are such that JMH runs them; what they take is measured elsewhere. */
class StepBenchTest {
  /** JMH lets no two run on a machine at once, as they would disturb each other; this one may. */
  @BeforeAll
  static void measuresNothing() {
    System.setProperty("jmh.ignoreLock", "true");
  }

  /** Each once, in this process, with what it allocates, which is more than in compiled code. */
  @Test
  void jmhRunsEachAndTellsWhatItAllocates() throws Exception {
    var options =
        new OptionsBuilder()
            .include("^" + StepBench.class.getName() + "\\.")
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(10))
            .shouldFailOnError(true)
            .addProfiler(GCProfiler.class)
            .verbosity(VerboseMode.SILENT)
            .build();
    var ran =
        new Runner(options)
            .run().stream()
                .filter(result -> result.getSecondaryResults().containsKey("gc.alloc.rate.norm"))
                .map(result -> result.getPrimaryResult().getLabel())
                .toList();
    assertEquals(List.of("ack", "authority", "beat"), ran);
  }
}
