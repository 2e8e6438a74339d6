package dev.meshkit.store;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.runtime.Clocks;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Opens real stores in a test's directory. */
public final class StoreFixture {
  private StoreFixture() {}

  /** Options for {@code mesh.db} in a directory, on the system's clocks. */
  public static StoreOptions options(Path directory) {
    return StoreOptions.of(directory, "mesh", Clocks.system(), new SplittableRandom(7));
  }

  /** An open {@code mesh.db}. */
  public static Store open(Path directory) {
    return Store.open(options(directory)).orThrow();
  }

  /** The error of a result that must be one. */
  public static MeshError error(Result<?> result) {
    if (result instanceof Result.Err<?>(var error)) return error;
    throw new AssertionError("expected an error, got " + result);
  }
}
