package dev.meshkit.sim;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last lines of a run, and all of them on a stream if somebody listens. */
final class Transcript {
  /** What stands before the hash at the end of a line. */
  static final String HELD = " #";

  private static final int KEPT = 30;
  private static final int LONGEST = 300;

  private final Deque<Line> lines = new ArrayDeque<>();
  private final List<PrintStream> listener;

  /** Prints each line to each listener: none, or the console. */
  Transcript(List<PrintStream> listener) {
    this.listener = List.copyOf(listener);
  }

  /** Made a text when somebody reads it: of a run that passes, nobody does. */
  private record Line(long at, String said, long held) {
    String text() {
      var line = Seconds.text(at) + " " + said;
      return held == 0 ? line : line + HELD + Long.toHexString(held);
    }

    String brief() {
      var text = text();
      return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }
  }

  /** One more line; {@code held} is the hash of what the core that it is about holds, or 0. */
  void add(long at, String said, long held) {
    var line = new Line(at, said, held);
    lines.addLast(line);
    if (lines.size() > KEPT) lines.removeFirst();
    for (var out : listener) out.println(line.text());
  }

  /** The last lines. */
  List<String> last() {
    return lines.stream().map(Line::brief).toList();
  }
}
