package dev.meshkit.cli;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.control.Errors;
import dev.meshkit.control.SocketPath;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which node a command means: {@code --data} or {@code --socket}, else {@code $MESHKIT_SOCKET},
 * else the one live node under {@code ./data}, else {@code /var/lib/meshkit}.
 */
final class Target {
  private static final Path INSTALLED = Path.of("/var/lib/meshkit");

  private Target() {}

  /**
   * What the command line says; empty for nothing.
   *
   * @param data a data directory
   * @param socket a socket file
   */
  record Choice(String data, String socket) {}

  /** The socket to ask; {@code error.validation} if several could be meant. */
  static Result<Path> socket(Choice choice, Map<String, String> environment, Path directory) {
    if (!choice.data().isEmpty() && !choice.socket().isEmpty()) {
      return Result.err(
          MeshError.validation(
              "finding the node", "--data and --socket both name one", "give one of them"));
    }
    if (!choice.socket().isEmpty())
      return Result.ok(SocketPath.shortened(directory.resolve(choice.socket()), environment));
    if (!choice.data().isEmpty())
      return Result.ok(SocketPath.of(directory.resolve(choice.data()), environment));
    var named = environment.getOrDefault("MESHKIT_SOCKET", "");
    if (!named.isEmpty())
      return Result.ok(SocketPath.shortened(directory.resolve(named), environment));
    return nearby(environment, directory.resolve("data"));
  }

  private static Result<Path> nearby(Map<String, String> environment, Path data) {
    var live = new ArrayList<Path>();
    for (var dir : directories(data)) {
      if (answers(SocketPath.of(dir, environment))) live.add(dir);
    }
    if (live.size() == 1) return Result.ok(SocketPath.of(live.getFirst(), environment));
    if (live.size() > 1) return Result.err(several(live));
    var installed = SocketPath.of(INSTALLED, environment);
    return Files.exists(installed) ? Result.ok(installed) : Result.err(none());
  }

  private static List<Path> directories(Path data) {
    if (!Files.isDirectory(data)) return List.of();
    try (var entries = Files.list(data)) {
      return entries.filter(Files::isDirectory).sorted().toList();
    } catch (IOException unreadable) {
      return List.of(); // not ours to read, hence no node of ours
    }
  }

  private static boolean answers(Path socket) {
    if (Files.notExists(socket)) return false;
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException _) {
      return false; // a file that a dead node left
    }
  }

  private static MeshError several(List<Path> live) {
    var names = live.stream().map(dir -> "--data data/" + dir.getFileName()).toList();
    return MeshError.validation(
            "finding the node",
            live.size() + " nodes run under ./data",
            "say which: " + String.join(" | ", names))
        .with(Errors.MK, "MK-CLI-003");
  }

  private static MeshError none() {
    return MeshError.unavailable(
            "finding the node",
            "no node runs under ./data, and /var/lib/meshkit has none",
            "start one (make run, or meshkit agent --dev), or name it: --data DIR")
        .with(Errors.MK, "MK-CLI-002");
  }
}
