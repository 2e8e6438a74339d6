package dev.meshkit.transport;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.MeshError;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Who holds a port, as far as {@code /proc} shows it to this user; for error texts only. */
public final class PortHolder {
  private static final List<String> TABLES = List.of("udp", "udp6", "tcp", "tcp6");
  private static final String LISTENING = "0A"; // include/net/tcp_states.h; UDP sockets are 07

  private PortHolder() {}

  /**
   * That {@code at} could not be bound because its port is in use: by whom, and how to go on.
   *
   * @param tried what for
   * @param at where
   * @param another how to choose another port
   */
  public static MeshError inUse(String tried, Endpoint at, String another) {
    var holder = of(at.port());
    var stop =
        holder.isEmpty()
            ? "find its process (as root: ss -lptun 'sport = :" + at.port() + "') and stop it, or "
            : "stop that process, or ";
    return MeshError.of(
            "error.conflict",
            tried,
            "the port is in use" + holder,
            stop + another,
            MeshError.Retry.NEVER)
        .with("mk", "MK-NODE-002");
  }

  /** Whether this is why a socket could not be bound. */
  public static boolean isInUse(Throwable failure) {
    return String.valueOf(failure.getMessage()).contains("Address already in use");
  }

  /** {@code " by process 4711 (java)"}, or an empty text when nobody can be named. */
  static String of(int port) {
    try {
      var sockets = sockets(port);
      if (sockets.isEmpty()) return "";
      try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
        for (var process : processes) {
          if (holds(process, sockets)) return described(process);
        }
      }
      return "";
    } catch (IOException _) {
      return ""; // no /proc, or it is not for us: the error is true without it
    }
  }

  private static Set<String> sockets(int port) throws IOException {
    var wanted = String.format(Locale.ROOT, ":%04X", port);
    var inodes = new HashSet<String>();
    for (var table : TABLES) {
      var file = Path.of("/proc/net", table);
      if (!Files.isReadable(file)) continue;
      for (var line : Files.readAllLines(file)) {
        var fields = line.strip().split("\\s+", -1);
        var local = fields.length > 9 && fields[1].endsWith(wanted);
        if (local && (table.startsWith("udp") || fields[3].equals(LISTENING))) {
          inodes.add("socket:[" + fields[9] + "]");
        }
      }
    }
    return inodes;
  }

  private static boolean holds(Path process, Set<String> sockets) {
    try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
      for (var descriptor : open) {
        if (sockets.contains(target(descriptor))) return true;
      }
      return false;
    } catch (IOException _) {
      return false; // another user's process, or one that has just ended
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException _) {
      return ""; // closed meanwhile
    }
  }

  private static String described(Path process) throws IOException {
    var name = Files.readString(process.resolve("comm")).strip();
    return " by process " + process.getFileName() + " (" + name + ")";
  }
}
