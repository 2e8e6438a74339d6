package dev.meshkit.cli;

import dev.meshkit.api.MeshException;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which dead messages a verb means: one by id, or all of a kind and code. */
final class DeadOnes {
  @Parameters(arity = "0..1", paramLabel = "ID", description = "As poison list shows it.")
  private long id;

  @Option(names = "--kind", paramLabel = "KIND", description = "All of this kind and --code.")
  private String kind = "";

  @Option(names = "--code", paramLabel = "CODE", description = "The code they died of.")
  private String code = "";

  /** Refuses, as a usage error of {@code verb}, what does not name some. */
  void check(String verb) {
    var many = !kind.isEmpty() && !code.isEmpty();
    var one = id > 0;
    if (one != many && (many || (kind + code).isEmpty())) return;
    throw new MeshException(
        Ask.usage(verb, "which messages?", "give an ID, or both --kind and --code"));
  }

  long id() {
    return id;
  }

  String kind() {
    return kind;
  }

  String code() {
    return code;
  }

  /** In words. */
  String text() {
    return id > 0 ? "dead message " + id : "all dead messages of " + kind + " with " + code;
  }
}
