package dev.meshkit.queue;

import static org.awaitility.Awaitility.await;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.store.ChildJvm;
import dev.meshkit.store.StoreFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A process whose wall clock libfaketime moves, as the file says that it writes itself. It holds
 * three leases through all steps and, in each, enqueues a task for later and leases it. It says
 * {@code L name ms}: leased, so long after it began to enqueue it; {@code S what attempt}: what
 * came of a held lease; {@code V n dead}: so many live that nobody may take.
 */
final class ClockStepsChild {
  static final Duration LATER = Duration.ofMillis(400);
  static final List<String> STEPS = List.of("+1h", "-1h", "-10y", "+10y");
  static final int HELD = 3;
  static final int LIVES = 5;

  private static final Lane LIVING = Lane.of("lives");
  private static final Lane NEXT = Lane.of("next");
  private static final QueueOptions OPTIONS = QueueOptions.of("q").relaxed();
  private static final Duration SLACK = Duration.ofDays(7); // leap days; an hour is told in hours

  private final DurableQueue<Bytes> queue;
  private final Path clock;
  private final Instant trueStart = Instant.now(); // by a clock that was not moved yet
  private final long startNanos = System.nanoTime();

  private ClockStepsChild(DurableQueue<Bytes> queue, Path clock) {
    this.queue = queue;
    this.clock = clock;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (var store = StoreFixture.open(Path.of(arguments[0]));
        var queue = DurableQueue.open(store, OPTIONS, TaskCodec.BYTES).orThrow()) {
      var child = new ClockStepsChild(queue, Path.of(arguments[1]));
      if (arguments.length == 2) child.steps();
      else child.again(Long.parseLong(arguments[2]));
    }
  }

  /** The first life. */
  private void steps() throws IOException, InterruptedException {
    var week = TaskOptions.DEFAULTS.withTtl(Duration.ofDays(8), OnExpiry.POISON);
    queue.pause(new Target.OneLane(LIVING), new Audit("test", "nobody takes these")).orThrow();
    for (var i = 0; i < LIVES; i++) enqueue(LIVING, "lives" + i, week);
    var tasks = IntStream.range(0, HELD).mapToObj(i -> QueueFixture.task(QueueFixture.LANE, "h"));
    queue.enqueueAll(tasks.toList()).orThrow();
    var held = queue.leaseLane(QueueFixture.LANE, HELD, QueueFixture.PATIENCE).orThrow();
    for (var step : STEPS) {
      move(step);
      later(Lane.of("step" + step), step);
      for (var lease : held) queue.heartbeat(lease).orThrow();
    }
    for (var lease : held) {
      ChildJvm.say("S " + queue.settle(lease, Ack.plain()).orThrow() + " " + lease.attempt());
    }
    living();
    var begun = System.nanoTime();
    enqueue(NEXT, "next", TaskOptions.DEFAULTS.withWhen(new When.After(LATER)));
    ChildJvm.say("N " + begun);
  }

  /** The next one, whose clock has been set back: what waits comes all the same. */
  private void again(long begunNanos) throws InterruptedException {
    took(NEXT, begunNanos);
    living();
  }

  private void later(Lane lane, String name) throws InterruptedException {
    var begun = System.nanoTime();
    enqueue(lane, name, TaskOptions.DEFAULTS.withWhen(new When.After(LATER)));
    took(lane, begun);
  }

  /** All that a lane gives; the monotonic clock is the same in every process of a machine. */
  private void took(Lane lane, long begunNanos) throws InterruptedException {
    var leases = queue.leaseLane(lane, 9, Duration.ofMinutes(1)).orThrow();
    var ms = Duration.ofNanos(System.nanoTime() - begunNanos).toMillis();
    for (var lease : leases) {
      ChildJvm.say("L " + lease.value().utf8() + " " + ms);
      queue.settle(lease, Ack.plain()).orThrow();
    }
    var twice = queue.leaseLane(lane, 9, Duration.ZERO).orThrow();
    if (leases.size() != 1 || !twice.isEmpty())
      throw new IllegalStateException(leases + ", then " + twice);
  }

  private void living() {
    var stats = queue.stats();
    var lane = stats.lanes().stream().filter(one -> one.lane().equals(LIVING)).findFirst();
    ChildJvm.say("V " + lane.orElseThrow().ready() + " " + stats.dead());
  }

  private void enqueue(Lane lane, String body, TaskOptions how) throws InterruptedException {
    queue.enqueue(new TaskSpec<>(lane, "k", Bytes.utf8(body), how)).orThrow();
  }

  /** Moves the clock, and waits until it has moved: else nothing would be shown. */
  private void move(String step) throws IOException {
    Files.writeString(clock, step + "\n");
    await()
        .atMost(QueueFixture.PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> isMoved(step));
  }

  private boolean isMoved(String step) {
    var truly = trueStart.plusNanos(System.nanoTime() - startNanos);
    var off = Duration.between(truly, Instant.now());
    return switch (step) {
      case "+1h" -> Math.abs(off.toMinutes() - 60) < 5;
      case "-1h" -> Math.abs(off.toMinutes() + 60) < 5;
      case "+10y" -> off.minusDays(3_650).abs().compareTo(SLACK) < 0;
      case "-10y" -> off.plusDays(3_650).abs().compareTo(SLACK) < 0;
      default -> throw new IllegalArgumentException(step);
    };
  }
}
