package dev.meshkit.pipeline;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import java.util.ArrayList;
import java.util.List;

/**
 * How the elements of a flow fared.
 *
 * @param ok how many succeeded
 * @param failed how many did not
 * @param errors the first 16 of those
 */
public record Settled(long ok, long failed, List<MeshError> errors) {
  private static final int MOST_ERRORS = 16;

  static final Settled NONE = new Settled(0, 0, List.of());

  /** Copies the list. */
  public Settled {
    errors = List.copyOf(errors);
  }

  Settled with(Result<?> one) {
    return switch (one) {
      case Result.Ok<?> _ -> new Settled(ok + 1, failed, errors);
      case Result.Err<?>(var error) -> new Settled(ok, failed + 1, more(error));
    };
  }

  private List<MeshError> more(MeshError error) {
    if (errors.size() >= MOST_ERRORS) return errors;
    var more = new ArrayList<>(errors);
    more.add(error);
    return more;
  }
}
