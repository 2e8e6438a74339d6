package dev.meshkit.node;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.pipeline.Compensation;
import dev.meshkit.runtime.FileTrouble;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;

/** The directory of all that a node keeps: made 0700 when it is not there. */
final class DataDir {
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private DataDir() {}

  /** The directory as an absolute path, if it is usable or could be made. Changes nothing. */
  static Result<Path> usable(Path dir) {
    var where = dir.toAbsolutePath().normalize();
    var nearest = where;
    while (nearest != null && Files.notExists(nearest)) nearest = nearest.getParent();
    if (nearest == null) return Result.err(unusable(where, "no part of that path exists"));
    if (!Files.isDirectory(nearest)) return Result.err(unusable(where, obstacle(nearest)));
    if (!Files.isWritable(nearest))
      return Result.err(unusable(where, nearest + " is not writable for this user"));
    return Result.ok(where);
  }

  /** Why something that seems to be there is no directory; a path may be too long to be there. */
  private static String obstacle(Path there) {
    try {
      Files.readAttributes(there, BasicFileAttributes.class);
      return there + " is no directory";
    } catch (FileSystemException refused) {
      var reason = String.valueOf(refused.getReason());
      return reason.contains("too long")
          ? "a name in that path is longer than the file system takes (mostly 255 bytes)"
          : FileTrouble.why(refused);
    } catch (IOException refused) {
      return FileTrouble.why(refused);
    }
  }

  /** The directory, existing and writable; what is made for that goes again with {@code undo}. */
  static Result<Path> ready(Path dir, Compensation undo) {
    return usable(dir).flatMap(where -> made(where, undo));
  }

  private static Result<Path> made(Path where, Compensation undo) {
    var missing = new ArrayDeque<Path>();
    for (var at = where; at != null && Files.notExists(at); at = at.getParent()) missing.push(at);
    try {
      for (var next : missing) {
        if (make(next, next.equals(where))) {
          undo.onFailure("remove " + next, () -> removeIfEmpty(next));
        }
      }
      return Result.ok(where);
    } catch (IOException failed) {
      return Result.err(unusable(where, "it cannot be made: " + FileTrouble.why(failed)));
    }
  }

  /** False if another node, which shares a parent with this one, was faster. */
  private static boolean make(Path one, boolean own) throws IOException {
    try {
      if (own) Files.createDirectory(one, OWNER_ONLY);
      else Files.createDirectory(one);
      return true;
    } catch (FileAlreadyExistsException raced) {
      return false;
    }
  }

  private static void removeIfEmpty(Path one) throws IOException {
    try {
      Files.deleteIfExists(one);
    } catch (DirectoryNotEmptyException used) {
      return; // by somebody else meanwhile
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
