package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.util.List;

/** An error together with what could not be undone after it: never instead of it. */
final class Undone {
  private Undone() {}

  static <T> Result<T> err(MeshError error, List<MeshError> failed) {
    if (failed.isEmpty()) return Result.err(error);
    var texts = failed.stream().limit(16).map(MeshError::text).toList();
    return Result.err(error.with("undo_failed", String.join(" | ", texts)));
  }
}
