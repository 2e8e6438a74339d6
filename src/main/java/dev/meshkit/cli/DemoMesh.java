package dev.meshkit.cli;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.control.AdminClient;
import dev.meshkit.control.SocketPath;
import dev.meshkit.runtime.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Five agents of this program on one host: n1 to n3 in eu, n4 and n5 in us. Each is supervised: it
 * ignores Ctrl-C, and stops when our end of its standard input closes, however we end. Thread-safe.
 */
final class DemoMesh implements AutoCloseable {
  private static final long STOP_SECONDS = 90;
  private static final long GRACE_SECONDS = 8;
  private static final String SCRATCH = "meshkit-demo-";
  private static final String FOUNDER = "n1";
  private static final String ANY_PORT = "127.0.0.1:0";
  private static final String SETTLE = "3s"; // nobody waits half a minute for a demo's voters

  private final Console console;
  private final Path root;
  private final boolean keep;
  private final List<DemoNode> nodes;
  private final Map<DemoNode, Process> processes = new ConcurrentHashMap<>();
  private final Map<DemoNode, AdminClient> clients = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<ProcessHandle> started = new ConcurrentLinkedQueue<>();
  private boolean closed; // guarded by this

  private DemoMesh(Console console, Path root, boolean keep, List<DemoNode> nodes) {
    this.console = console;
    this.root = root;
    this.keep = keep;
    this.nodes = nodes;
  }

  /** Five nodes with fresh data and free ports; none is started yet. */
  static DemoMesh create(Console console, boolean keep) throws IOException {
    var nodes = new ArrayList<DemoNode>();
    for (var id : List.of("eu/n1", "eu/n2", "eu/n3", "us/n4", "us/n5")) {
      nodes.add(
          new DemoNode(NodeId.parse(id), new Endpoint("127.0.0.1", FreePort.of("127.0.0.1"))));
    }
    var root = Files.createTempDirectory(SCRATCH).toRealPath();
    return new DemoMesh(console, root, keep, List.copyOf(nodes));
  }

  /** All five, by name. */
  List<DemoNode> nodes() {
    return nodes;
  }

  /** The node of a name. */
  DemoNode node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst().orElseThrow();
  }

  /** Where everything lies. */
  Path root() {
    return root;
  }

  /** A node's data directory. */
  Path data(DemoNode node) {
    return root.resolve(node.name());
  }

  /** The nodes whose process lives. */
  List<DemoNode> alive() {
    return nodes.stream().filter(this::isAlive).toList();
  }

  /** Whether the node's process lives. */
  boolean isAlive(DemoNode node) {
    var process = processes.get(node);
    return process != null && process.isAlive();
  }

  /** The node's admin socket. */
  AdminClient ask(DemoNode node) {
    return clients.computeIfAbsent(
        node, n -> AdminClient.of(SocketPath.of(data(n), console.environment())));
  }

  /** Starts a node; its output goes to a file beside its data. */
  void start(DemoNode node) throws IOException {
    var command = new ArrayList<>(Launch.command(console.environment()));
    command.addAll(arguments(node));
    var log = root.resolve(node.name() + ".log").toFile();
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    var birth = node.name().equals(FOUNDER) ? "found" : "join";
    builder.environment().put("MESHKIT_ELECTION__VOTE__BIRTH", birth);
    builder.environment().put("MESHKIT_ELECTION__VOTE__SETTLE", SETTLE);
    builder.environment().put("MESHKIT_LISTEN__LEGACY", ANY_PORT); // once a gate has it bound
    var process = builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log)).start();
    processes.put(node, process);
    started.add(process.toHandle());
  }

  private List<String> arguments(DemoNode node) {
    var arguments = new ArrayList<String>();
    arguments.addAll(List.of("agent", "--dev", "--supervised"));
    if (!keep) arguments.addAll(List.of("--scratch", root.toString()));
    arguments.addAll(List.of("--name", node.name(), "--region", node.id().region()));
    arguments.addAll(List.of("--data", data(node).toString()));
    arguments.addAll(List.of("--listen", node.at().toString(), "--http", "127.0.0.1:0"));
    arguments.addAll(List.of("--join", seeds(node)));
    return arguments;
  }

  private String seeds(DemoNode node) {
    return nodes.stream()
        .filter(other -> !other.equals(node))
        .map(other -> other.at().toString())
        .collect(Collectors.joining(","));
  }

  /** {@code kill -9}, and waits until the kernel has done it. */
  void kill(DemoNode node) throws InterruptedException {
    var process = processes.get(node);
    if (process != null) process.destroyForcibly().waitFor();
  }

  /** SIGTERM; the exit status, or 137 if it had to be killed after the deadline. */
  int stop(DemoNode node) throws InterruptedException {
    var process = processes.get(node);
    if (process == null) return 0;
    // Not Process.destroy(): it closes the pipe as well, and the agent would think us dead.
    process.toHandle().destroy();
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
    return process.exitValue();
  }

  /** Processes of ours that live: those we started, and whatever descends from us or them. */
  List<ProcessHandle> left() {
    var descendants = ProcessHandle.current().descendants();
    return Stream.concat(started.stream(), descendants)
        .filter(ProcessHandle::isAlive)
        .distinct()
        .toList();
  }

  /**
   * Ends every process, kindly for a second and then not, and removes the directory. Idempotent.
   */
  @Override
  public synchronized void close() {
    if (closed) return;
    closed = true;
    clients.values().forEach(AdminClient::close);
    var left = left();
    left.forEach(ProcessHandle::destroy);
    left.forEach(DemoMesh::end);
    if (!keep && !remove(root)) console.err().println("could not remove " + root);
  }

  private static void end(ProcessHandle process) {
    try {
      process.onExit().get(GRACE_SECONDS, TimeUnit.SECONDS);
    } catch (Exception late) {
      process.destroyForcibly();
    }
  }

  /** Whether a demo has made this directory, to be removed with all that is in it. */
  static boolean isScratch(Path directory) {
    var name = directory.getFileName();
    return name != null && name.toString().startsWith(SCRATCH);
  }

  /** Removes a directory and what is in it, and says whether it is gone. */
  static boolean remove(Path root) {
    if (Files.notExists(root)) return true;
    try (var files = Files.walk(root)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
    } catch (IOException | UncheckedIOException _) {
      return Files.notExists(root); // somebody else is removing it too, or still writes there
    }
    return true;
  }
}
