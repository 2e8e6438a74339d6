package dev.meshkit.node;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The directory of all that a node keeps: made 0700 when it is not there. */
final class DataDir {
  private DataDir() {}

  /** The directory, existing and writable. */
  static Result<Path> ready(Path dir) {
    var where = dir.toAbsolutePath().normalize();
    try {
      if (!Files.isDirectory(where)) {
        var parent = where.getParent();
        if (parent != null) Files.createDirectories(parent);
        var owner = PosixFilePermissions.fromString("rwx------");
        Files.createDirectory(where, PosixFilePermissions.asFileAttribute(owner));
      }
      if (!Files.isWritable(where)) return Result.err(unusable(where, "it is not writable"));
      return Result.ok(where);
    } catch (IOException failed) {
      return Result.err(unusable(where, failed.toString()));
    }
  }

  private static MeshError unusable(Path where, String why) {
    return MeshError.of(
            "error.validation",
            "using " + where + " as the data directory",
            why,
            "name a directory this user may write: data.dir, or --data",
            MeshError.Retry.NEVER)
        .with("mk", "MK-NODE-003");
  }
}
