package dev.meshkit.sim;

import dev.meshkit.api.NodeId;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Of a transcript the lines of one node, its copies included, and the faults, whomever they hit.
 */
final class OneNode extends OutputStream {
  private final List<String> names;
  private final PrintStream out;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  OneNode(NodeId node, PrintStream out) {
    this.names = List.of(node.toString(), node + SimNode.COPY);
    this.out = out;
  }

  /** What a run may be told to print to. */
  PrintStream listener() {
    return new PrintStream(this, false, StandardCharsets.UTF_8);
  }

  @Override
  public void write(int octet) {
    if (octet != '\n') {
      line.write(octet);
      return;
    }
    var text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    if (isIts(List.of(text.split(" ", 4)))) out.println(text);
  }

  /** After the time comes the node, or a mark and then perhaps the node. */
  private boolean isIts(List<String> words) {
    if (words.size() < 3) return false;
    return switch (words.get(1)) {
      case "**" -> true;
      case "--" -> names.contains(words.get(2));
      default -> names.contains(words.get(1));
    };
  }
}
