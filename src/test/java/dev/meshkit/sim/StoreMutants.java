package dev.meshkit.sim;

import java.util.List;

/**
 * The planted bugs of what is not in the cores but below them, where no seed comes: each dies by
 * {@code StoreContract}, which the tables and the simulator's disk both pass. Those of SQL are
 * planted in the tables, those of the model in the model.
 */
final class StoreMutants {
  private StoreMutants() {}

  /** All of them; each names the rules of the contract that it breaks, and no other. */
  static List<Mutant> all() {
    return List.of(
        table(
            "(term, no vote) loads as blank",
            "ElectionTable.java",
            "if (found.isEmpty()) {",
            "if (found.isEmpty() || found.get().voted().isNobody()) {",
            "1"),
        store(
            "write error ignored",
            "Statements.java",
            """
            return bind(sql, parameters).executeUpdate();
                } catch (SQLException cause) {
                  throw failed(sql, cause);""",
            """
            return bind(sql, parameters).executeUpdate();
                } catch (SQLException cause) {
                  var _ = failed(sql, cause);
                  return 1;""",
            "2"),
        store(
            "fence guard <",
            "Fences.java",
            "WHERE (fence.gen, fence.term) <= (excluded.gen, excluded.term)",
            "WHERE (fence.gen, fence.term) < (excluded.gen, excluded.term)",
            "3"),
        store( // in one of its own, after that of what it protects
            "fence guard outside the transaction",
            "Fences.java",
            "if (tx.update(GUARD, scope, resource, fence.generation(), fence.term()) == 0) {",
            "tx.afterCommit(() -> { var _ ="
                + " tx.update(GUARD, scope, resource, fence.generation(), fence.term()); });"
                + " if (resource.isEmpty()) {",
            "3 4"),
        store(
            "what a fence refuses is committed",
            "StoreTx.java",
            "script(\"ROLLBACK TO op\");",
            "",
            "4"),
        table(
            "view not kept over restart",
            "ElectionTable.java",
            "latest.get(), view.get(), cap);",
            "latest.get(), options.first(), cap);",
            "5"),
        model(
            "write error of the model ignored",
            "SimDisk.java",
            "return write.fails() ? Optional.empty() : Optional.of(durable);",
            "return Optional.of(durable);",
            "2"),
        model(
            "a crash of the model takes what was durable",
            "SimDisk.java",
            "if (lies) durable = past.getLast();",
            "durable = past.getFirst();",
            "1 2 5"),
        model(
            "fence guard of the model <",
            "FencedRegister.java",
            "if (fence.compareTo(seen) < 0) return false;",
            "if (fence.compareTo(seen) <= 0) return false;",
            "3"),
        model(
            "fence guard of the model after the write",
            "FencedRegister.java",
            "if (!admits(fence)) return false;\n    value = next;",
            "value = next;\n    if (!admits(fence)) return false;",
            "4"));
  }

  private static Mutant table(
      String name, String file, String text, String replacement, String rules) {
    return mutant("node", name, file, text, replacement, rules);
  }

  private static Mutant store(
      String name, String file, String text, String replacement, String rules) {
    return mutant("store", name, file, text, replacement, rules);
  }

  private static Mutant model(
      String name, String file, String text, String replacement, String rules) {
    return mutant("sim", name, file, text, replacement, rules);
  }

  private static Mutant mutant(
      String where, String name, String file, String text, String replacement, String rules) {
    var kill = Mutant.CONTRACT + " " + rules;
    return new Mutant(name, where, file, text, replacement, Scenario.ELECTION_DISK, kill);
  }
}
