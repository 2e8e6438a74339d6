package dev.meshkit.sim;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** The last lines of a transcript, however long it is: at most 20,000, of at most 3,000 bytes. */
final class Tail extends OutputStream {
  private static final int LINES = 20_000;
  private static final int LONGEST = 3_000;

  private final Deque<String> lines = new ArrayDeque<>();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  /** What a run may be told to print to. */
  PrintStream listener() {
    return new PrintStream(this, false, StandardCharsets.UTF_8);
  }

  @Override
  public void write(int octet) {
    if (octet != '\n') {
      if (line.size() < LONGEST) line.write(octet);
      return;
    }
    lines.addLast(line.toString(StandardCharsets.UTF_8));
    line.reset();
    if (lines.size() > LINES) lines.removeFirst();
  }

  /** The whole lines that are left. */
  String text() {
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }
}
