package dev.meshkit.bench;

import dev.meshkit.api.Fence;
import dev.meshkit.election.Step;
import dev.meshkit.node.AuthoritySpeed;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one step of an election costs, and what asking for authority costs: benchmarks of JMH, which
 * {@link StepRun} runs in JVMs of their own with the flags of the one it runs in.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class StepBench {
  private final StepWork steps = new StepWork();
  private final AuthoritySpeed box = new AuthoritySpeed();

  /** A follower hears the next heartbeat of its leader. */
  @Benchmark
  public Step beat() {
    return steps.beat();
  }

  /** A leader hears an acknowledgement that it knows. */
  @Benchmark
  public Step ack() {
    return steps.ack();
  }

  /** A thread of an application asks whether it has authority. */
  @Benchmark
  public Optional<Fence> authority() {
    return box.ask();
  }
}
