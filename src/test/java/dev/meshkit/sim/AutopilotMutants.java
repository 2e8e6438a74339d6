package dev.meshkit.sim;

import java.util.List;

/** The planted bugs of who sees to it who votes, and of who founds a region. */
final class AutopilotMutants {
  private AutopilotMutants() {}

  /** All of them. */
  static List<Mutant> all() {
    return List.of(
        pilot(
            "autopilot: two voters of two nodes",
            "Autopilot.java",
            "candidates.size() < stop - voters.size()",
            "candidates.isEmpty()",
            "E31"),
        pilot(
            "autopilot: the dead lose their seats at once",
            "Voters.java",
            "var forLong = !now.isBefore(known.get().since().plus(roster.plan().deadAfter()));",
            "var forLong = true;",
            "E32"),
        pilot(
            "autopilot: the dead keep their seats",
            "Voters.java",
            "(dead && forLong)",
            "false",
            "E31"),
        pilot(
            "autopilot: a wiped store keeps its seat",
            "Voters.java",
            "return known.get().isWiped(seat) || (dead && forLong);",
            "return dead && forLong;",
            "E31"),
        pilot(
            "autopilot: regions crowd",
            "Voters.java",
            "return isSpread(able) ? share(target(able)) : Content.MAX_VOTERS;",
            "return Content.MAX_VOTERS;",
            "E31"),
        pilot(
            "autopilot: five with a crowd where three without one are to be had",
            "Voters.java",
            "while (size > REGIONS && filled(able, size) < size) size -= 2;",
            "",
            "E31"),
        pilot(
            "autopilot: a share of as many as are planned",
            "Voters.java",
            "share(target(able))",
            "share(roster.plan().target())",
            "E31"),
        pilot(
            "autopilot: the healthy removed before another sits",
            "Autopilot.java",
            "if (voters.size() > voters.roster().plan().target()) break;",
            "if (voters.size() > 1) return Optional.of(removing(seat, \"\"));",
            "E32"),
        pilot(
            "autopilot: a leader that should go stays",
            "Autopilot.java",
            "if (fit.compareTo(Voters.Fit.CROWDS) >= 0)",
            "if (fit.compareTo(Voters.Fit.REVOKED) >= 0)",
            "E31"),
        pilot(
            "autopilot: rests at an even number",
            "Autopilot.java",
            ".or(() -> completed(voters))",
            "",
            "E31,E32"),
        joining(
            "joining: begins with what is not committed",
            "Joining.java",
            "        && committed\n",
            "",
            "S13"),
        joining(
            "joining: asks nobody",
            "Joining.java",
            "return new Ask(new Frame(none, new Frame.RecordGet(header.rec())));",
            "return new Nothing();",
            "R4"),
        joining(
            "joining: is shown what is not committed",
            "Generations.java",
            "turn.send(from, new Frame.RecordPut(turn.disk.durable().view(), true));",
            "turn.send(from, new Frame.RecordPut(turn.disk.durable().record(), true));",
            "S13"),
        founding(
            "founding: genesis without a committed region",
            "global.view().content()",
            "global.record().content()"),
        founding(
            "founding: founder not checked",
            " && known.founder().is(self.node(), self.store())",
            ""));
  }

  private static Mutant joining(
      String name, String file, String text, String replacement, String oracles) {
    return new Mutant(
        name, "election", file, text, replacement, Scenario.ELECTION_JOINING, oracles);
  }

  private static Mutant founding(String name, String text, String replacement) {
    return new Mutant(
        name, "election", "Founding.java", text, replacement, Scenario.ELECTION_FOUNDING, "S14");
  }

  private static Mutant pilot(
      String name, String file, String text, String replacement, String oracles) {
    return new Mutant(
        name, "election", file, text, replacement, Scenario.ELECTION_AUTOPILOT, oracles);
  }
}
