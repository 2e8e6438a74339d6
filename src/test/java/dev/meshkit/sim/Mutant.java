package dev.meshkit.sim;

import java.nio.file.Path;
import java.util.List;

/**
 * A planted bug: one exact text of one core's source, replaced.
 *
 * @param name what it does wrong
 * @param core the package whose sources are copied: {@code election}, {@code gossip}, {@code gate},
 *     {@code node} or {@code store}; {@code sim} for a bug of the model
 * @param file within that package
 * @param text must occur exactly once
 * @param replacement what stands there instead
 * @param scenario where it is hunted
 * @param oracles who judges it, and nobody else, separated by commas: those of its row in the
 *     design; {@link #LATENCIES} for the distributions of a whole campaign; {@link #CONTRACT} and
 *     its rules for what is below the cores; {@code SomeTest#method}, a test of that package, for a
 *     rule that no seed shows
 */
record Mutant(
    String name,
    String core,
    String file,
    String text,
    String replacement,
    Scenario scenario,
    String oracles) {
  /** Instead of an oracle's name: what {@link Scenario#excess} finds. */
  static final String LATENCIES = "V19";

  /** Instead of oracles: this, then the numbers of the rules of {@code StoreContract} it breaks. */
  static final String CONTRACT = "StoreContract";

  /** Whether {@code StoreContract} judges it. */
  boolean isOfStores() {
    return oracles.startsWith(CONTRACT);
  }

  /** Whether the test of its rule judges it. */
  boolean isOfARule() {
    return oracles.contains("#");
  }

  /** Whether seeds are run for it. */
  boolean isHunted() {
    return !isOfStores() && !isOfARule();
  }

  /** Whose objection ends a run of it; nobody where whole campaigns are judged. */
  List<String> judges() {
    return oracles.isEmpty() || oracles.equals(LATENCIES) ? List.of() : List.of(oracles.split(","));
  }

  /** The same bug, hunted elsewhere and judged by others. */
  Mutant judged(Scenario in, String by) {
    return new Mutant(name, core, file, text, replacement, in, by);
  }

  /** Whether that kills it as it should. */
  boolean diesBy(String kill) {
    if (!isHunted()) return kill.equals(oracles);
    return !kill.isEmpty()
        && List.of(oracles.split(",")).contains(kill.replaceFirst("(?s) .*", ""));
  }

  /** The file it patches, from where the sources are. */
  Path path() {
    var tree = core.equals("sim") ? "src/test/java" : "src/main/java";
    return Path.of(tree, "dev/meshkit", core, file);
  }

  /** The source with the bug in it; throws if the text is not there exactly once. */
  String plant(String source) {
    var at = source.indexOf(text);
    if (at < 0 || source.indexOf(text, at + 1) >= 0)
      throw new IllegalStateException(
          "STALE MUTANT '"
              + name
              + "': "
              + core
              + "/"
              + file
              + " has "
              + (at < 0 ? "no" : "more than one")
              + " '"
              + text
              + "'");
    return source.substring(0, at) + replacement + source.substring(at + text.length());
  }

  @Override
  public String toString() {
    return name;
  }
}
