package dev.meshkit.sim;

import java.util.List;

/** The planted bugs of what a store forgets, and of who finds it out. */
final class DiskMutants {
  private DiskMutants() {}

  /** All of them. */
  static List<Mutant> all() {
    return List.of(
        store("quarantine ignored", "turn.role = new Role.Quarantined(by);", "", "V11"),
        new Mutant(
            "a quarantined voter grants",
            "election",
            "Voter.java",
            "case Role.Recovering _, Role.Quarantined _, Role.Stopped _ -> Why.QUIET;",
            "case Role.Recovering _, Role.Stopped _ -> Why.QUIET;"
                + " case Role.Quarantined _ -> Why.GRANTED;",
            Scenario.ELECTION_STORE,
            "S12"),
        new Mutant(
            "RECOVERING grants",
            "election",
            "Voter.java",
            "case Role.Recovering _, Role.Quarantined _, Role.Stopped _ -> Why.QUIET;",
            "case Role.Quarantined _, Role.Stopped _ -> Why.QUIET;"
                + " case Role.Recovering _ -> Why.GRANTED;",
            Scenario.ELECTION_CHAOS,
            "S12"),
        peers(
            "an older term of a later process believed",
            "return header.term() < term || header.rec().compareTo(rec) < 0;",
            "return false;"),
        peers(
            "an earlier process believed beside a later one",
            "return header.life().boot() < life.boot() || proves(header);",
            "return proves(header);"),
        new Mutant(
            "a recovery keeps the generation",
            "election",
            "Recovery.java",
            "Content.of(was.generation() + 1, genesis,",
            "Content.of(was.generation(), genesis,",
            Scenario.ELECTION_GENESIS,
            "S14,S3"),
        recovery(
            "a recovery keeps what one survivor revoked",
            "revoked.addAll(survivor.view().content().revocations());",
            "revoked.retainAll(revoked);",
            "E29"),
        recovery("a recovery from the oldest record", ".max(LATER)", ".min(LATER)", "S14,S3"),
        new Mutant(
            "recover reads its own disk alone",
            "election",
            "Generations.java",
            "var found = new ArrayList<>(survivors.found().values());",
            "var found = new ArrayList<Durable>();",
            Scenario.ELECTION_GENESIS,
            "S13"),
        new Mutant(
            "recover waits for nobody",
            "election",
            "Survivors.java",
            "all.isEmpty() ? time.over(now) : time);",
            "time.over(now));",
            Scenario.ELECTION_GENESIS,
            "S13"),
        new Mutant(
            "neither of two that recover gives way",
            "election",
            "Generations.java",
            "if (!own.isNone() && own.genesis().compareTo(survey.id()) < 0)",
            "if (own.isNone() && own.genesis().compareTo(survey.id()) < 0)",
            Scenario.ELECTION_GENESIS,
            "S14"),
        new Mutant(
            "of two that recover the one that goes on does not ask the other",
            "election",
            "Generations.java",
            "turn.attempts.recovering(own.asking(List.of(to), turn.now));",
            "turn.attempts.recovering(own);",
            Scenario.ELECTION_GENESIS,
            "S13"),
        new Mutant(
            "who was asked for a recovery does not ask in turn",
            "election",
            "Generations.java",
            "others.addAll(turn.attempts.survivors().asked());",
            "",
            Scenario.ELECTION_GENESIS,
            "S13,S14"),
        new Mutant(
            "who has begun a generation is silent until it is durable",
            "election",
            "Generations.java",
            "if (frame.message() instanceof Frame.Survey(var id) && behind)",
            "if (frame.message() instanceof Frame.Survey(var id) && behind && turn.leading())",
            Scenario.ELECTION_GENESIS,
            "S14"),
        new Mutant(
            "a later generation is not adopted",
            "election",
            "Generations.java",
            "&& record.content().generation() == header.generation()) adopt(turn, record);",
            "&& record.content().generation() == header.generation()) return;",
            Scenario.ELECTION_GENESIS,
            "S14"),
        new Mutant(
            "a failed write taken for done",
            "election",
            "Election.java",
            "case Input.StorageFailed() -> turn.halt(Cause.DISK, HaltCause.STORE_FAILED);",
            "case Input.StorageFailed() -> stored(turn, turn.disk.k());",
            Scenario.ELECTION_DISK,
            "S3,S4"));
  }

  private static Mutant store(String name, String text, String replacement, String oracles) {
    return new Mutant(
        name, "election", "Quarantine.java", text, replacement, Scenario.ELECTION_STORE, oracles);
  }

  private static Mutant recovery(String name, String text, String replacement, String oracles) {
    return new Mutant(
        name, "election", "Recovery.java", text, replacement, Scenario.ELECTION_GENESIS, oracles);
  }

  private static Mutant peers(String name, String text, String replacement) {
    return new Mutant(
        name, "election", "Peers.java", text, replacement, Scenario.ELECTION_STORE, "V11");
  }
}
