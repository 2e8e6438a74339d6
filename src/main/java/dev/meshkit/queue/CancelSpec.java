package dev.meshkit.queue;

import dev.meshkit.api.Bytes;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a cancel is to do, as it lies in the table {@code job} for the next start.
 *
 * @param queue whose tasks
 * @param which of them
 */
record CancelSpec(String queue, TaskFilter which) {
  /** What is not the default, a name and a value a line; the queue as in {@link JobSpec}. */
  String text() {
    var facts = new TreeMap<>(Map.of("queue", queue));
    if (which.seq() != 0) facts.put("task", Long.toString(which.seq()));
    if (!which.kind().isEmpty()) facts.put("kind", which.kind());
    if (!which.lane().isEmpty()) facts.put("lane", which.lane());
    return Text.headers(facts).utf8();
  }

  /** What {@link #text} said. */
  static CancelSpec parse(String text) {
    var facts = Text.headers(Bytes.utf8(text));
    return new CancelSpec(
        facts.getOrDefault("queue", ""),
        new TaskFilter(
            Long.parseLong(facts.getOrDefault("task", "0")),
            facts.getOrDefault("kind", ""),
            facts.getOrDefault("lane", "")));
  }
}
