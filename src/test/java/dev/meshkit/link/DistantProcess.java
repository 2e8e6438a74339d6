package dev.meshkit.link;

import dev.meshkit.api.NodeId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link DistantNode}'s process, on a host of its own. Confined to one thread. */
final class DistantProcess implements AutoCloseable {
  private final NodeId id;
  private final Process process;
  private final BufferedReader out;
  private final PrintWriter in;
  private final int port;

  /** {@code wrapper}: what runs a program there; {@code host}: where it listens there. */
  DistantProcess(List<String> wrapper, Path directory, NodeId id, String host) throws IOException {
    this.id = id;
    var command = new ArrayList<>(wrapper);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-preview",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-Xmx96m",
            "-cp",
            System.getProperty("java.class.path"),
            DistantNode.class.getName(),
            directory.toString(),
            id.name(),
            host));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    out = process.inputReader(StandardCharsets.UTF_8);
    in = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    port = Integer.parseInt(line("at ").substring("at ".length()));
  }

  private String line(String start) throws IOException {
    for (var line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(start)) return line;
    }
    throw new IOException(id + " has ended");
  }

  /** Tells it something; what it says of itself then. */
  DistantNode.Answer tell(String what) {
    in.println(what);
    try {
      return DistantNode.Answer.of(line("= "));
    } catch (IOException ended) {
      throw new IllegalStateException("telling " + id + " to " + what, ended);
    }
  }

  /** What it says of itself. */
  DistantNode.Answer ask() {
    return tell("?");
  }

  /** Has it keep a link with another, which is to be reached at this address. */
  void want(DistantProcess peer, String host) {
    tell("want %s %s %d".formatted(peer.id, host, peer.port));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
