package dev.meshkit.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What lies below a directory, to be copied, and to be compared before and after. */
final class DiskTrace {
  private DiskTrace() {}

  /** Copies directories and files with their modes; sockets are left out. */
  static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : files.toList()) {
        var there = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(there);
        } else if (Files.isRegularFile(file)) {
          Files.copy(file, there);
        } else {
          continue; // a socket
        }
        Files.setPosixFilePermissions(there, Files.getPosixFilePermissions(file));
      }
    }
  }

  /** What is new, gone or different, by name. */
  static List<String> changes(Map<String, String> before, Map<String, String> after) {
    var names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    return names.stream()
        .filter(name -> !before.getOrDefault(name, "").equals(after.getOrDefault(name, "")))
        .map(name -> name + ": " + before.get(name) + " -> " + after.get(name))
        .toList();
  }

  /** Everything below a directory, itself included: kind, mode, owner, times and content. */
  static Map<String, String> trace(Path directory) throws Exception {
    var all = new TreeMap<String, String>();
    try (var files = Files.walk(directory)) {
      for (var file : files.toList()) {
        var found = Files.readAttributes(file, PosixFileAttributes.class);
        var content = found.isRegularFile() ? Files.readAllBytes(file) : new byte[0];
        var sum = MessageDigest.getInstance("SHA-256").digest(content);
        all.put(
            directory.relativize(file).toString(),
            found.permissions()
                + " "
                + found.owner()
                + " "
                + found.lastModifiedTime()
                + " "
                + HexFormat.of().formatHex(sum));
      }
    }
    return all;
  }
}
