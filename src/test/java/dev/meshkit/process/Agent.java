package dev.meshkit.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** One {@code meshkit agent --dev} of its own, until closed. */
public final class Agent implements AutoCloseable {
  /** The program as {@code make build} leaves it. */
  public static final Path PROGRAM = Path.of("target/meshkit").toAbsolutePath();

  private static final Pattern PAGE = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)");
  private static final Pattern MESH = Pattern.compile("mesh (\\S+:\\d+)");
  private static final Pattern RSS = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  private final Process process;
  private final Path err;
  private final long startedNanos;
  private String banner = "";

  private Agent(Process process, Path err, long startedNanos) {
    this.process = process;
    this.err = err;
    this.startedNanos = startedNanos;
  }

  /**
   * Starts a node.
   *
   * @param data its data directory
   * @param node such as {@code eu/n1}
   * @param more further options, such as {@code --join}
   */
  public static Agent start(Path data, String node, String... more) throws IOException {
    var id = dev.meshkit.api.NodeId.parse(node);
    var command = new ArrayList<>(List.of(PROGRAM.toString(), "agent", "--dev"));
    command.addAll(
        List.of("--region", id.region(), "--name", id.name(), "--data", data.toString()));
    command.addAll(List.of("--listen", "127.0.0.1:0", "--http", "127.0.0.1:0"));
    command.addAll(List.of(more));
    var started = System.nanoTime();
    var err = Files.createTempFile("agent", ".err");
    var process = new ProcessBuilder(command).redirectError(err.toFile()).start();
    return new Agent(process, err, started);
  }

  /** Blocks until the node says it is ready and {@code /readyz} agrees; how long that took. */
  public Duration awaitReady() throws IOException {
    var said = new StringBuilder();
    var out = process.inputReader(StandardCharsets.UTF_8);
    for (var line = out.readLine(); line != null; line = out.readLine()) {
      said.append(line).append('\n');
      banner = said.toString();
      if (!PAGE.matcher(banner).find() || !MESH.matcher(banner).find()) continue;
      if (!isReady())
        throw new IOException("it says it is ready, and /readyz does not:\n" + banner);
      var took = Duration.ofNanos(System.nanoTime() - startedNanos);
      Thread.ofVirtual().start(() -> drain(out));
      return took;
    }
    throw new IOException("the node ended before it was ready:\n" + said + Files.readString(err));
  }

  /** Where peers reach it. */
  public String mesh() {
    return found(MESH);
  }

  /** The base of its HTTP port. */
  public URI page() {
    return URI.create("http://127.0.0.1:" + found(PAGE));
  }

  /** Resident memory now, in bytes. */
  public long residentBytes() throws IOException {
    var status = Files.readString(Path.of("/proc", Long.toString(process.pid()), "status"));
    var rss = RSS.matcher(status);
    if (!rss.find()) throw new IOException("no VmRSS for " + process.pid());
    return Long.parseLong(rss.group(1)) * 1024;
  }

  /** Processor time used so far. */
  public Duration cpu() {
    return process.toHandle().info().totalCpuDuration().orElseThrow();
  }

  /** Its process, as the kernel knows it. */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** SIGTERM, then after 20 s, or when interrupted, SIGKILL. */
  @Override
  public void close() throws IOException {
    try {
      end();
    } finally {
      Files.deleteIfExists(err);
    }
  }

  private void end() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly();
    } catch (InterruptedException hurry) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** A socket and a line: a client of its own would take longer to load than the node to answer. */
  private boolean isReady() throws IOException {
    var page = page();
    try (var socket = new Socket(page.getHost(), page.getPort())) {
      socket
          .getOutputStream()
          .write(
              ("GET /readyz HTTP/1.0\r\nHost: " + page.getAuthority() + "\r\n\r\n")
                  .getBytes(US_ASCII));
      var answer = new String(socket.getInputStream().readNBytes(12), US_ASCII);
      return answer.endsWith(" 200");
    }
  }

  private String found(Pattern pattern) {
    var match = pattern.matcher(banner);
    if (!match.find()) throw new IllegalStateException("no " + pattern + " in\n" + banner);
    return match.group(1);
  }

  /** A pipe that nobody reads would stop the node once it is full. */
  private static void drain(java.io.Reader out) {
    try {
      out.transferTo(java.io.Writer.nullWriter());
    } catch (IOException ended) {
      // the process is gone
    }
  }
}
