package dev.meshkit.store;

import dev.meshkit.api.Result;
import java.nio.file.Path;
import java.util.Map;

/** Looks into a store, opens it, says what came of both, and ends. */
final class AccessChild {
  private AccessChild() {}

  public static void main(String[] arguments) {
    var directory = Path.of(arguments[0]);
    say(Look.inspect(directory.resolve("mesh.db"), "mesh", Map.of()));
    var opened = Store.open(StoreFixture.options(directory));
    opened.onOk(Store::close);
    say(opened);
  }

  private static void say(Result<?> result) {
    ChildJvm.say(
        result instanceof Result.Err<?>(var error)
            ? error.details().getOrDefault("mk", "") + " " + error.text()
            : "fits");
  }
}
