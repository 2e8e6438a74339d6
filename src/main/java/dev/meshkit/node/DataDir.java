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

  /** The directory as an absolute path, if it is usable or could be made. Changes nothing. */
  static Result<Path> usable(Path dir) {
    var where = dir.toAbsolutePath().normalize();
    var nearest = where;
    while (nearest != null && Files.notExists(nearest)) nearest = nearest.getParent();
    if (nearest == null) return Result.err(unusable(where, "no part of that path exists"));
    if (!Files.isDirectory(nearest))
      return Result.err(unusable(where, nearest + " is no directory"));
    if (!Files.isWritable(nearest))
      return Result.err(unusable(where, nearest + " is not writable for this user"));
    return Result.ok(where);
  }

  /** The directory, existing and writable. */
  static Result<Path> ready(Path dir) {
    return usable(dir).flatMap(DataDir::made);
  }

  private static Result<Path> made(Path where) {
    try {
      if (Files.isDirectory(where)) return Result.ok(where);
      var parent = where.getParent();
      if (parent != null) Files.createDirectories(parent);
      var owner = PosixFilePermissions.fromString("rwx------");
      Files.createDirectory(where, PosixFilePermissions.asFileAttribute(owner));
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
