package dev.meshkit.queue;

import dev.meshkit.store.ChildJvm;
import dev.meshkit.store.StoreFixture;
import java.nio.file.Path;
import java.time.Duration;

/** A process that redrives everything, a few a transaction, and says when some are back. */
final class RedriveChild {
  private RedriveChild() {}

  public static void main(String[] arguments) throws InterruptedException {
    var store = StoreFixture.open(Path.of(arguments[0]));
    var queue = SafeTaskQueue.open(store, RedriveTest.OPTIONS, TaskCodec.BYTES).orThrow();
    var slowly = RedriveOptions.DEFAULTS.withRate(500); // 128 at once, then a quarter of a second
    var job = queue.poison().redrive(PoisonFilter.ALL, slowly, RedriveTest.BY).orThrow();
    while (job.done() == 0) job = queue.poison().await(job.id(), Duration.ofMillis(1)).orThrow();
    ChildJvm.say(Long.toString(job.done()));
    Thread.currentThread().join(Duration.ofMinutes(1)); // it is killed before
  }
}
