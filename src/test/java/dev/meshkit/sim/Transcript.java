package dev.meshkit.sim;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last lines of a run, and all of them on a stream if somebody listens. */
final class Transcript {
  private static final int KEPT = 30;
  private static final int LONGEST = 300;

  private final Deque<String> lines = new ArrayDeque<>();
  private final List<PrintStream> listener;

  /** Prints each line to each listener: none, or the console. */
  Transcript(List<PrintStream> listener) {
    this.listener = List.copyOf(listener);
  }

  /** One more line. */
  void add(long at, String line) {
    var text = Seconds.text(at) + " " + line;
    lines.addLast(text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text);
    if (lines.size() > KEPT) lines.removeFirst();
    for (var out : listener) out.println(text);
  }

  /** The last lines. */
  List<String> last() {
    return List.copyOf(lines);
  }
}
