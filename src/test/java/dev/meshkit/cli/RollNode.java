package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;

import dev.meshkit.api.NodeId;
import dev.meshkit.runtime.FreePort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One agent of a {@link VersionRoll} or a {@link RoadSwitchMesh}: a process with ports and a file
 * of its own, killed and started again at will. One thread runs it; any may send.
 */
final class RollNode implements AutoCloseable {
  private static final Duration LONG = Duration.ofMinutes(2);

  private final NodeId id;
  private final Path directory;
  private final Path file;
  private final int mesh = FreePort.of("127.0.0.1");
  private final int legacy = FreePort.of("127.0.0.1");
  private final List<String> more;
  private final AgentView view;
  private Child child;

  /** Starts it, to go by {@code versions}; {@code more}: what else it is told. */
  RollNode(Path directory, NodeId id, List<String> versions, List<String> more) throws IOException {
    this.id = id;
    this.directory = directory;
    this.file = directory.resolve(id.name() + ".toml");
    this.more = List.copyOf(more);
    this.view = new AgentView(id, data());
    write(versions);
    this.child = started();
  }

  /** What it says to whoever asks. */
  AgentView view() {
    return view;
  }

  /** Where peers join it. */
  String mesh() {
    return "127.0.0.1:" + mesh;
  }

  private Path data() {
    return directory.resolve("data").resolve(id.name());
  }

  private Child started() throws IOException {
    var args = new ArrayList<>(List.of("agent", "--dev", "--http", "off"));
    args.addAll(List.of("--name", id.name(), "--region", id.region(), "--data", data().toString()));
    args.addAll(List.of("--listen", mesh(), "--config", file.toString()));
    args.addAll(more);
    var next = Child.start(directory, args.toArray(String[]::new));
    next.awaitLine("next");
    return next;
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    child.process().destroyForcibly().waitFor();
  }

  /** A start after a kill, with whatever its file says then. */
  void restart() throws IOException {
    child = started();
  }

  /** Tells it, as an operator does: its file, then SIGHUP. */
  void tell(List<String> versions) throws IOException, InterruptedException {
    write(versions);
    child.signal("HUP");
  }

  private void write(List<String> versions) throws IOException {
    var quoted = versions.stream().map(window -> '"' + window + '"').toList();
    var next = directory.resolve(id.name() + ".next");
    Files.writeString(
        next, "[listen]\nlegacy = \"127.0.0.1:" + legacy + "\"\nversions = " + quoted + "\n");
    Files.move(next, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  /** Blocks until its legacy port is open, or is not. */
  void awaitPort(boolean open) {
    await().atMost(LONG).until(() -> isOpen() == open);
  }

  private boolean isOpen() throws IOException {
    try (var socket = new Socket("127.0.0.1", legacy)) {
      return socket.isConnected();
    } catch (ConnectException refused) {
      return false;
    }
  }

  /** What it has said of itself. */
  String err() throws IOException {
    return child.err();
  }

  @Override
  public void close() {
    child.close();
    view.close();
  }
}
