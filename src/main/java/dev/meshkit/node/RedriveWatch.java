package dev.meshkit.node;

import dev.meshkit.api.MeshException;
import dev.meshkit.api.Result;
import dev.meshkit.link.Outbound;
import dev.meshkit.queue.Job;
import dev.meshkit.queue.PoisonQueue;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;

/**
 * Follows redrives and purges to their ends, in a virtual thread each: senders hear of what came
 * back, and the event history of who did it and why. Thread-safe.
 */
final class RedriveWatch {
  private static final System.Logger LOG = System.getLogger(RedriveWatch.class.getName());
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int PAGE = 500;

  private final PoisonQueue poison;
  private final Outbound outbound;
  private final NodeEvent.Sink events;

  RedriveWatch(PoisonQueue poison, Outbound outbound, NodeEvent.Sink events) {
    this.poison = poison;
    this.outbound = outbound;
    this.events = events;
  }

  /** Follows a job until it ends or the queue is closed. */
  void follow(Job job) {
    var _ = Thread.ofVirtual().name("redrive-watch-" + job.id()).start(() -> run(job));
  }

  /** Follows, from another thread, what an earlier process left. */
  void resume() {
    var _ = Thread.ofVirtual().name("redrive-watch").start(this::followLeft);
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
