package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One agent of a {@link VersionRoll}, a {@link RoadSwitchMesh}, a {@link GateFlip} or a {@link
 * FlipKill}: a process with ports and a file of its own, killed and started again at will. One
 * thread runs it; any may send.
 */
final class RollNode implements AutoCloseable {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int SIGKILL = 128 + 9;

  /**
   * What became of each message is kept; one whose receiver stands still is not refused by that.
   */
  private static final String QUEUE = "[queue]\ntrace = true\n[queue.inbox]\nmax_run = \"5m\"\n";

  private final NodeId id;
  private final RollPlace place;
  private final Path file;
  private final Endpoint mesh;
  private final Endpoint legacy;
  private final List<String> more;
  private final AgentView view;
  private Child child;

  /** Starts it, to go by {@code versions}; {@code more}: what else it is told. */
  RollNode(Path directory, NodeId id, List<String> versions, List<String> more) throws IOException {
    this(RollPlace.here(directory), id, versions, more);
  }

  /** The same, in a place. */
  RollNode(RollPlace place, NodeId id, List<String> versions, List<String> more)
      throws IOException {
    this.id = id;
    this.place = place;
    this.file = place.directory().resolve(id.name() + ".toml");
    this.mesh = place.mesh();
    this.legacy = place.legacy();
    this.more = List.copyOf(more);
    this.view = new AgentView(id, data());
    write(versions);
    place.enrol(id, data());
    this.child = started();
  }

  /** What it says to whoever asks. */
  AgentView view() {
    return view;
  }

  /** Where peers join it. */
  String mesh() {
    return mesh.toString();
  }

  private Path data() {
    return place.directory().resolve("data").resolve(id.name());
  }

  private Child started() throws IOException {
    var args = new ArrayList<>(List.of("agent", "--http", "off"));
    if (place.isLoopback()) args.add("--dev");
    args.addAll(List.of("--name", id.name(), "--region", id.region(), "--data", data().toString()));
    args.addAll(List.of("--listen", mesh(), "--config", file.toString()));
    args.addAll(more);
    var next = Child.run(place.directory(), place.program(), args.toArray(String[]::new));
    next.awaitLine("next");
    return next;
  }

  /** SIGKILL; blocks until the kernel has let go of it. */
  void kill() throws InterruptedException {
    child.process().destroyForcibly();
    if (child.exit() != SIGKILL) throw new IllegalStateException(id + " does not die of SIGKILL");
  }

  /** Whether it has died by its own hand within that time. Of anything but SIGKILL is a fault. */
  boolean hasDied(Duration within) throws IOException, InterruptedException {
    if (!child.process().waitFor(within)) return false;
    if (child.exit() == SIGKILL) return true;
    throw new IllegalStateException(id + " exits with " + child.exit() + ": " + err());
  }

  /** Such as {@code STOP}. */
  void signal(String name) throws IOException, InterruptedException {
    child.signal(name);
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
    var next = place.directory().resolve(id.name() + ".next");
    var listen = "[listen]\nlegacy = \"" + legacy + "\"\nversions = " + quoted + "\n";
    Files.writeString(next, listen + QUEUE);
    Files.move(next, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  /** Blocks until its legacy port is open, or is not. */
  void awaitPort(boolean open) {
    await(legacy + (open ? " opens" : " closes")).atMost(LONG).until(() -> isOpen() == open);
  }

  private boolean isOpen() throws IOException {
    try (var socket = new Socket(legacy.host(), legacy.port())) {
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
