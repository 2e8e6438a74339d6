package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Result;
import dev.meshkit.store.ChildJvm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Adds tasks of every kind, one or three at a time. Says {@code e tag lane dedup coal ttl group}
 * before, and after it {@code E tag seq} accepted, {@code D tag seq} duplicate, {@code C tag seq
 * old} coalesced, or {@code X tag} no room.
 */
final class KillEnqueuer {
  private final SafeTaskQueue<Bytes> queue;
  private final SplittableRandom random;
  private final String name;
  private final boolean strict;
  private int next;

  KillEnqueuer(SafeTaskQueue<Bytes> queue, SplittableRandom random, String name) {
    this.queue = queue;
    this.random = random;
    this.name = name;
    this.strict = queue.options().mode() == QueueOptions.Mode.STRICT;
  }

  void run() throws InterruptedException {
    while (true) {
      if (random.nextInt(8) == 0) many();
      else one();
    }
  }

  private void one() throws InterruptedException {
    var task = task(TaskOptions.DEFAULTS);
    if (random.nextInt(5) == 0) task = with(task, task.options().withDedupKey(key("d")));
    else if (random.nextInt(5) == 0) task = with(task, task.options().withCoalesceKey(key("c")));
    else if (random.nextInt(10) == 0) task = with(task, brief(task.options()));
    if (!strict && random.nextInt(6) == 0) {
      var delay = Duration.ofMillis(random.nextInt(1, 300));
      task = with(task, task.options().withWhen(new When.After(delay)));
    }
    add(List.of(task), "-");
  }

  /** All or none of them; nothing else may take them away. */
  private void many() throws InterruptedException {
    var three = new ArrayList<TaskSpec<Bytes>>();
    for (var i = 0; i < 3; i++) three.add(task(TaskOptions.DEFAULTS));
    add(three, three.getFirst().value().utf8());
  }

  private void add(List<TaskSpec<Bytes>> tasks, String group) throws InterruptedException {
    for (var task : tasks) ChildJvm.say(intent(task, group));
    switch (queue.enqueueAll(tasks)) {
      case Result.Ok<List<Enqueued>>(var all) -> {
        for (var i = 0; i < all.size(); i++) ChildJvm.say(told(tasks.get(i), all.get(i)));
      }
      case Result.Err<List<Enqueued>>(var error) -> {
        if (!error.code().equals(QueueErrors.FULL)) throw new IllegalStateException(error.text());
        for (var task : tasks) ChildJvm.say("X " + task.value().utf8());
      }
    }
  }

  private static String intent(TaskSpec<Bytes> task, String group) {
    var options = task.options();
    var ttl = options.ttl().isZero() ? "-" : options.onExpiry() == OnExpiry.DROP ? "D" : "P";
    return String.join(
        " ",
        "e",
        task.value().utf8(),
        task.lane().key(),
        orDash(options.dedupKey()),
        orDash(options.coalesceKey()),
        ttl,
        group);
  }

  private static String told(TaskSpec<Bytes> task, Enqueued outcome) {
    var tag = task.value().utf8();
    return switch (outcome) {
      case Enqueued.Accepted(var id, _) -> "E " + tag + " " + id;
      case Enqueued.Duplicate(var id) -> "D " + tag + " " + id;
      case Enqueued.Coalesced(var id, var _, var old) -> "C " + tag + " " + id + " " + old;
    };
  }

  private TaskSpec<Bytes> task(TaskOptions options) {
    var lane = (strict ? "s" : "r") + random.nextInt(KillLoad.LANES);
    return new TaskSpec<>(Lane.of(lane), "k", Bytes.utf8(name + "-" + next++), options);
  }

  private TaskOptions brief(TaskOptions options) {
    var then = random.nextBoolean() ? OnExpiry.DROP : OnExpiry.POISON;
    return options.withTtl(Duration.ofMillis(random.nextInt(1, 200)), then);
  }

  private static TaskSpec<Bytes> with(TaskSpec<Bytes> task, TaskOptions options) {
    return new TaskSpec<>(task.lane(), task.kind(), task.value(), options);
  }

  private String key(String kind) {
    return kind + random.nextInt(6);
  }

  private static String orDash(String text) {
    return text.isEmpty() ? "-" : text;
  }
}
