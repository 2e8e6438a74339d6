package dev.meshkit.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which other processes have a database open, as far as the operating system tells us. */
final class LogReaders {
  private LogReaders() {}

  /** Their commands and ids, {@code sqlite3 (4711)}; empty where nobody is seen. Linux only. */
  static String of(Path database) {
    var own = ProcessHandle.current().pid();
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != own && hasOpen(process.pid(), database))
        .map(LogReaders::name)
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static boolean hasOpen(long pid, Path database) {
    try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      var wanted = database.toRealPath();
      return files.anyMatch(file -> leadsTo(file, wanted));
    } catch (IOException | UncheckedIOException _) {
      return false; // no /proc, another user's process, or one that has ended
    }
  }

  private static boolean leadsTo(Path file, Path wanted) {
    try {
      return Files.readSymbolicLink(file).equals(wanted);
    } catch (IOException _) {
      return false; // closed meanwhile
    }
  }

  private static String name(ProcessHandle process) {
    var command = process.info().command().map(all -> Path.of(all).getFileName().toString());
    return command.orElse("process") + " (" + process.pid() + ")";
  }
}
