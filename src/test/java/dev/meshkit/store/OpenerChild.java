package dev.meshkit.store;

import dev.meshkit.api.Result;
import java.nio.file.Path;

/** Opens a store, says what came of it, and ends. */
final class OpenerChild {
  private OpenerChild() {}

  public static void main(String[] arguments) {
    switch (Store.open(StoreFixture.options(Path.of(arguments[0])))) {
      case Result.Ok<Store>(var store) -> {
        store.close();
        ChildJvm.say("opened");
      }
      case Result.Err<Store>(var error) -> ChildJvm.say("refused " + error.details().get("pid"));
    }
  }
}
