package dev.meshkit.cli;

import dev.meshkit.api.MeshException;
import picocli.CommandLine.Option;

/** The options of every verb that changes something: it stands in the audit, or is only tried. */
final class Change {
  private static final int MOST_REASON = 1_000; // as the audit has it

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; stands in the audit.")
  private String reason = "";

  @Option(names = "--dry-run", description = "Only say what would change.")
  private boolean dryRun;

  /** Why; a usage error of {@code verb} if nobody says, or what no audit takes. */
  String reason(String verb) {
    if (reason.isBlank()) {
      throw new MeshException(
          Ask.usage(verb, "a change has a reason, for the audit", "add --reason 'why'"));
    }
    if (reason.length() > MOST_REASON || reason.chars().anyMatch(Character::isISOControl)) {
      throw new MeshException(
          Ask.usage(
              verb,
              "a reason is one line of at most " + MOST_REASON + " characters",
              "say it shorter, without line ends and control characters"));
    }
    return reason;
  }

  /** Whether it is only tried. */
  boolean dryRun() {
    return dryRun;
  }

  /** Where the change stands: {@code audit 7}, nothing of one that was only tried. */
  static String audit(long number) {
    return number == 0 ? "" : "   audit " + number;
  }
}
