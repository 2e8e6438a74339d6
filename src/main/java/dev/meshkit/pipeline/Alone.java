package dev.meshkit.pipeline;

import dev.meshkit.api.Result;

/** A combinator without a scope of its caller's: it opens one, and drops what success leaves. */
final class Alone {
  private Alone() {}

  static <T> Result<T> run(String name, Step<T> step) throws InterruptedException {
    try (var undo = Compensation.open(name)) {
      var result = step.run(undo);
      if (result.isOk()) undo.keep();
      return result;
    }
  }
}
