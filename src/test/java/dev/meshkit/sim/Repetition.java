package dev.meshkit.sim;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One of two runs of a seed, with its whole transcript, to find where they part. */
final class Repetition {
  private final Outcome outcome;
  private final List<String> lines;

  Repetition(Campaign.Run run, long seed) {
    var said = new ByteArrayOutputStream();
    try (var out = new PrintStream(said, false, StandardCharsets.UTF_8)) {
      outcome = run.of(seed, List.of(out));
    }
    lines = said.toString(StandardCharsets.UTF_8).lines().toList();
  }

  /** The first event that differs from the lines of a run elsewhere. */
  String difference(List<String> other) {
    for (var i = 0; i < Math.max(lines.size(), other.size()); i++) {
      var there = i < other.size() ? other.get(i) : "nothing";
      if (!line(i).equals(there))
        return "event " + i + " is '" + line(i) + "' here and '" + there + "' there";
    }
    return "the transcripts are the same";
  }

  /** The first event that differs, as both saw it; empty if none does. */
  String difference(Repetition other) {
    for (var i = 0; i < Math.max(lines.size(), other.lines.size()); i++)
      if (!line(i).equals(other.line(i)))
        return "event " + i + " is '" + line(i) + "' once and '" + other.line(i) + "' once";
    var same = outcome.trace() == other.outcome.trace();
    return same && outcome.events() == other.outcome.events() ? "" : "the transcripts are the same";
  }

  private String line(int i) {
    return i < lines.size() ? lines.get(i) : "nothing";
  }
}
