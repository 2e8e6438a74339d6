package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import dev.meshkit.api.NodeId;
import dev.meshkit.control.AdminClient;
import dev.meshkit.control.SocketPath;
import dev.meshkit.control.proto.SendRequest;
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
 * One agent of a {@link VersionRoll}: a process with ports and a file of its own, killed and
 * started again at will. One thread runs it; any may send.
 */
final class RollNode implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration LONG = Duration.ofMinutes(2);

  private final NodeId id;
  private final Path directory;
  private final Path file;
  private final int mesh = FreePort.of("127.0.0.1");
  private final int legacy = FreePort.of("127.0.0.1");
  private final String seed;
  private final AdminClient admin;
  private Child child;

  /** Starts it; {@code seed}: whom it joins, empty for nobody. */
  RollNode(Path directory, NodeId id, String seed) throws IOException {
    this.id = id;
    this.directory = directory;
    this.file = directory.resolve(id.name() + ".toml");
    this.seed = seed;
    this.admin = AdminClient.of(SocketPath.of(data(), System.getenv()));
    write(List.of());
    this.child = started();
  }

  NodeId id() {
    return id;
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
    if (!seed.isEmpty()) args.addAll(List.of("--join", seed));
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

  /** Sends a message; whether the node has promised it. */
  boolean send(NodeId to, String body) {
    var request =
        SendRequest.newBuilder()
            .setTo(to.toString())
            .setMessageKind(Letterbox.KIND)
            .setBody(ByteString.copyFromUtf8(body))
            .build();
    return admin.ask("sending", PATIENCE, node -> node.send(request)).isOk();
  }

  /** Blocks until it has a Stream with each of {@code peers} others, all of them as told. */
  void awaitRoads(int peers, boolean overLegacy) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              var roads = status().getAsJsonObject("roads");
              var legacyRoads = roads.get("legacy").getAsInt();
              var others = roads.get("h3").getAsInt() + roads.get("h2").getAsInt();
              var seen = id + " has " + roads;
              org.junit.jupiter.api.Assertions.assertEquals(
                  overLegacy ? peers : 0, legacyRoads, seen);
              org.junit.jupiter.api.Assertions.assertEquals(overLegacy ? 0 : peers, others, seen);
            });
  }

  private JsonObject status() {
    var ran = Shell.in(directory).run("status", "-o", "json", "--data", data().toString());
    org.junit.jupiter.api.Assertions.assertEquals(0, ran.exit(), ran.err());
    return JsonParser.parseString(ran.out()).getAsJsonObject();
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

  /** What its handler has recorded, in the file that survives its kills. */
  List<String> letters() throws IOException {
    return Letters.in(data());
  }

  /** What it has said of itself. */
  String err() throws IOException {
    return child.err();
  }

  @Override
  public void close() {
    child.close();
    admin.close();
  }
}
