package dev.meshkit.node;

import dev.meshkit.api.MeshException;
import dev.meshkit.api.Result;
import dev.meshkit.link.Joining;
import dev.meshkit.link.Outbound;
import dev.meshkit.queue.Job;
import dev.meshkit.queue.PoisonQueue;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Follows redrives and purges to their ends, in a virtual thread each: senders hear of what came
 * back, and the event history of who did it and why. Thread-safe.
 */
final class RedriveWatch implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(RedriveWatch.class.getName());
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);
  private static final int PAGE = 500;

  private final PoisonQueue poison;
  private final Outbound outbound;
  private final NodeEvent.Sink events;
  private final List<Thread> threads = new ArrayList<>(); // guarded by this
  private boolean closed; // guarded by this

  RedriveWatch(PoisonQueue poison, Outbound outbound, NodeEvent.Sink events) {
    this.poison = poison;
    this.outbound = outbound;
    this.events = events;
  }

  /** Follows a job until it ends or this is closed. */
  void follow(Job job) {
    start("redrive-watch-" + job.id(), () -> run(job));
  }

  /** Follows, from another thread, what an earlier process left. */
  void resume() {
    start("redrive-watch", this::followLeft);
  }

  /** Follows nothing any more: a later process does. Blocks at most 5 s. */
  @Override
  public void close() {
    List<Thread> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(threads);
    }
    left.forEach(Thread::interrupt);
    Joining.within(CLOSE_WITHIN, "following redrives no more", left);
  }

  private synchronized void start(String name, Runnable follows) {
    if (closed) return;
    threads.removeIf(thread -> !thread.isAlive());
    threads.add(Thread.ofVirtual().name(name).start(follows));
  }

  private void followLeft() {
    try {
      for (var after = 0L; after >= 0; ) {
        var jobs = poison.jobs(after, PAGE).orThrow();
        jobs.stream().filter(job -> job.state() == Job.State.RUNNING).forEach(this::follow);
        after = jobs.size() < PAGE ? -1 : jobs.getLast().id();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the process ends: the next one follows them
    } catch (MeshException unread) {
      LOG.log(Level.WARNING, "redrives under way are not followed: {0}", unread.error().text());
    }
  }

  private void run(Job job) {
    try {
      while (true) {
        var now = poison.await(job.id(), LOOK);
        outbound.look(); // lanes that had nothing to send have no sender yet
        if (now instanceof Result.Ok<Job>(var seen) && seen.state() == Job.State.RUNNING) continue;
        now.onOk(this::tell);
        return;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the process ends: the next one follows it
    }
  }

  private void tell(Job job) {
    var isPurge = job.kind() == Job.Kind.PURGE;
    var type = isPurge ? "queue.purged" : "queue.redriven";
    var what = job.what().replace('\t', '=').replace('\n', ' ').strip();
    var done = isPurge ? " purged by " : " redriven by ";
    events.accept(
        NodeEvent.info(type, what, job.done() + done + job.by().actor())
            .because(job.by().reason())
            .with(
                Map.of(
                    "actor", job.by().actor(),
                    "count", Long.toString(job.done()),
                    "audit", Long.toString(job.id()))));
  }
}
