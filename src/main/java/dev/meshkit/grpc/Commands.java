package dev.meshkit.grpc;

import io.netty.channel.EventLoop;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How application threads reach an event loop: they append, and only the append that finds nobody
 * on the way schedules a drain. Commands of one producer run in their order.
 */
final class Commands {
  private final EventLoop loop;
  private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();

  Commands(EventLoop loop) {
    this.loop = loop;
  }

  /** The loop on which the commands run. */
  EventLoop loop() {
    return loop;
  }

  /** Has a command run on the loop; any thread, never blocks. */
  void run(Runnable command) {
    queue.add(command);
    if (scheduled.compareAndSet(false, true)) loop.execute(this::drain);
  }

  private void drain() {
    scheduled.set(false);
    for (var command = queue.poll(); command != null; command = queue.poll()) command.run();
  }
}
