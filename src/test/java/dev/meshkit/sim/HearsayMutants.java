package dev.meshkit.sim;

import java.util.List;

/** The planted bugs of what is believed of others who say who leads and what is committed. */
final class HearsayMutants {
  private HearsayMutants() {}

  /** All of them. */
  static List<Mutant> all() {
    return List.of(
        new Mutant( // of the model: the core of a voter would go over to a term that never was
            "a record is taken for the one that was told of",
            "sim",
            "ViewHost.java",
            "if (told.isPresent()) told(fetch, told.get());",
            "if (told.isPresent()) told(fetch, told.get().as("
                + "new RecordId(fetch.head().term(), fetch.head().version())));",
            Scenario.MESH_BOTH,
            "L7"),
        new Mutant(
            "a head is held before its record is",
            "gossip",
            "Heads.java",
            "    var want = wanted.get(head.scope());\n    if (want == null) {\n      if (known",
            "    held.put(head.scope(), head);\n"
                + "    var want = wanted.get(head.scope());\n    if (want == null) {\n      if (known",
            Scenario.MESH_BOTH,
            "R4"),
        new Mutant(
            "an older tenure is believed",
            "gossip",
            "Claim.java",
            "if (byTerm != 0) return byTerm > 0;",
            "if (byTerm != 0) return byTerm < 0;",
            Scenario.MESH_BOTH,
            "L7"));
  }
}
