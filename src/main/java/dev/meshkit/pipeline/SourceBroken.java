package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshError.Retry;
import java.util.Map;
import java.util.Optional;

/** A source threw: the one exception that live flows turn into an element. Never leaves them. */
final class SourceBroken extends Exception {
  private static final long serialVersionUID = 1;

  SourceBroken(Exception thrown) {
    super(thrown);
  }

  MeshError error() {
    var thrown = Optional.ofNullable(getCause());
    return new MeshError.Fault(
        "error.source",
        "reading a source",
        String.valueOf(getMessage()),
        "see the cause; other sources are not affected",
        Retry.NEVER,
        Map.of(),
        thrown);
  }
}
