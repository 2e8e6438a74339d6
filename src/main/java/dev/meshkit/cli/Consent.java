package dev.meshkit.cli;

import dev.meshkit.api.MeshException;
import java.nio.charset.StandardCharsets;
import java.util.Scanner;

/** Asks a person before something is done that cannot be undone. */
final class Consent {
  private Consent() {}

  /** Returns if a person at a terminal types {@code yes}; else it is a usage error of the verb. */
  static void ask(Console console, String verb, String what) {
    if (!console.terminal()) throw refused(verb, "nobody is there to be asked", "add --yes");
    console.err().print(what + " for good? yes or no: ");
    console.err().flush();
    var answers = new Scanner(console.in(), StandardCharsets.UTF_8); // the input stays open
    if (answers.hasNextLine() && answers.nextLine().strip().equals("yes")) return;
    throw refused(verb, "the answer was not yes", "nothing was changed");
  }

  private static MeshException refused(String verb, String why, String fix) {
    return new MeshException(Ask.usage(verb, why, fix));
  }
}
