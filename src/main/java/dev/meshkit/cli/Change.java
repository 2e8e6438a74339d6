package dev.meshkit.cli;

import dev.meshkit.api.MeshException;
import dev.meshkit.control.Doubt;
import dev.meshkit.control.Reasons;
import picocli.CommandLine.Option;

/** The options of every verb that changes something: it stands in the audit, or is only tried. */
final class Change {
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
    return Reasons.checked("meshkit " + verb, reason).orThrow();
  }

  /** Whether it is only tried. */
  boolean dryRun() {
    return dryRun;
  }

  /** What an error says of it if nobody answers; {@code look} shows whether it was done. */
  Doubt doubt(String look) {
    return dryRun ? Doubt.NONE : Doubt.of("meshkit " + look);
  }

  /** Where the change stands: {@code audit 7}, nothing of one that was only tried. */
  static String audit(long number) {
    return number == 0 ? "" : "   audit " + number;
  }
}
