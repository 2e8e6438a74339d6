package dev.meshkit.sim;

import java.util.List;

/** The planted bugs of the gossip core: each names the oracles that may catch it. */
final class GossipMutants {
  private GossipMutants() {}

  /** All of them. */
  static List<Mutant> all() {
    return List.of(
        self(
            "refutation at the same incarnation",
            "said.key().incarnation() + 1",
            "said.key().incarnation()",
            "GL1"),
        self(
            "refutation dropped",
            "if (ahead < 0 || (ahead == 0 && said.key().rank() == Rank.ALIVE)) return;",
            "if (ahead < 1 << 20) return;",
            "GL1"),
        self(
            "generation ignored at a restart",
            "Math.max(persisted + 1, turn.wall.toEpochMilli())",
            "1",
            "GL1"),
        self("own attributes taken for a clone's", "nonce) > 0", "nonce) >= 0", "M10"),
        new Mutant(
            "DEAD beats a newer life",
            "gossip",
            "Merge.java",
            "var newer = a.key().compareTo(b.key()) > 0 ? a : b;",
            "var worse = a.key().rank().compareTo(b.key().rank());\n"
                + "var newer = worse > 0 || worse == 0 && a.key().compareTo(b.key()) > 0 ? a : b;",
            Scenario.GOSSIP_CRASH,
            "G1,G2"),
        new Mutant(
            "generation not compared",
            "gossip",
            "Key.java",
            "if (byGeneration != 0) return byGeneration;",
            "if (byGeneration == 2) return byGeneration;",
            Scenario.GOSSIP_CRASH,
            "G1,G2"),
        table(
            "whoever is held dead is not heard",
            "void hear(Turn turn, Told told, NodeId teller) {",
            "void hear(Turn turn, Told told, NodeId teller) {\n"
                + "if (standing(teller) == Standing.DEAD) return;",
            "GL1"),
        table(
            "a third party raises an incarnation",
            "peer.entry.accused(Rank.SUSPECT, self.id())",
            "new Entry(new Key(life.generation(), life.incarnation() + 1, Rank.SUSPECT),"
                + " peer.entry.attrs(), peer.entry.accusers())",
            "G3"),
        new Mutant(
            "members without a limit",
            "gossip",
            "MemberTable.java",
            "return peers.size() < maxMembers;",
            "return true;",
            Scenario.GOSSIP_LIMITS,
            "G7"),
        self("an accusation believed by the accused", "health.worse(1);", "leaving = true;", "G5"),
        new Mutant(
            "heads are not spread",
            "gossip",
            "Heads.java",
            "if (!hush) rumours.changed(",
            "if (hush) rumours.changed(",
            Scenario.MESH_HEADS,
            "E14"),
        new Mutant(
            "a view goes back",
            "election",
            "Onlooker.java",
            "told.id().compareTo(view.id()) > 0",
            "!told.id().equals(view.id())",
            Scenario.MESH_BOTH,
            "S13"),
        new Mutant(
            "who lost its disk stays below its past",
            "gossip",
            "Self.java",
            "raise(turn, greatest + 1);",
            "raise(turn, life.generation() + 1);",
            Scenario.GOSSIP_RESTART,
            "GL1"),
        new Mutant(
            "reconnect off",
            "gossip",
            "Healing.java",
            "if (turn.chance.unit() * table.n() < absent.size())",
            "if (absent.size() > 1 << 20)",
            Scenario.GOSSIP_MUTUAL,
            "GL1"),
        new Mutant(
            "a suspect's goodbye is not believed",
            "gossip",
            "StatusMachine.java",
            "if (peer.entry.key().rank() == Rank.LEFT) {",
            "if (peer.entry == Entry.NOTHING) {",
            Scenario.GOSSIP_LEAVE,
            "G9"),
        new Mutant(
            "an obituary outranks a goodbye",
            "gossip",
            "Key.java",
            "rank.compareTo(other.rank);",
            "(rank.code() ^ rank.code() >> 1) - (other.rank.code() ^ other.rank.code() >> 1);",
            Scenario.GOSSIP_LEAVE,
            "G9"),
        new Mutant(
            "no pause guard",
            "gossip",
            "Gossip.java",
            "if (gap.compareTo(pause) <= 0) return;",
            "if (!gap.isNegative()) return;",
            Scenario.GOSSIP_PAUSE,
            "G11"),
        new Mutant(
            "a tick is wanted in the past",
            "gossip",
            "Gossip.java",
            "later(nextDue(), turn.now)",
            "nextDue()",
            Scenario.GOSSIP_CRASH,
            "G11"),
        new Mutant(
            "verdicts as soon as a pause is over",
            "gossip",
            "Prober.java",
            "if (until.isAfter(barredUntil)) barredUntil = until;",
            "if (until.isBefore(barredUntil)) barredUntil = until;",
            Scenario.GOSSIP_PAUSE,
            "G11"),
        new Mutant(
            "a shorter pause ends the wait of a longer one",
            "gossip",
            "Prober.java",
            "if (until.isAfter(barredUntil)) barredUntil = until;",
            "barredUntil = until;",
            Scenario.GOSSIP_PAUSE,
            "G11"),
        new Mutant(
            "a suspect has no time to refute",
            "gossip",
            "Suspicion.java",
            "Math.round(min)), Duration.ofNanos(Math.round(timing.beta() * min)), k);",
            "1), Duration.ofNanos(1), k);",
            Scenario.GOSSIP_PARTIAL,
            "M19"),
        new Mutant(
            "one voice buries who speaks",
            "gossip",
            "Peer.java",
            "return entry.accusers().size() < 2;",
            "return false;",
            Scenario.GOSSIP_PARTIAL,
            "M19"),
        new Mutant(
            "a clone goes on",
            "gossip",
            "Self.java",
            "if (who.equals(id)) {",
            "if (who.equals(id) && rival < 0) {",
            Scenario.GOSSIP_IDENTITY,
            "M10"),
        new Mutant(
            "whoever meets its past stops as a clone",
            "gossip",
            "Self.java",
            "if (who.equals(id)) {",
            "if (who.equals(id) || who.isNobody()) {",
            Scenario.GOSSIP_IDENTITY,
            "M10"),
        new Mutant(
            "LEFT never collected",
            "gossip",
            "MemberTable.java",
            "KEEP_LEFT = Duration.ofHours(1);",
            "KEEP_LEFT = Duration.ofHours(100);",
            Scenario.GOSSIP_CHURN,
            "G7"),
        new Mutant(
            "tombstone age not carried",
            "gossip",
            "MemberTable.java",
            "peer.isGone() ? peer.age(now) : Duration.ZERO",
            "Duration.ZERO",
            Scenario.GOSSIP_CHURN,
            "G7"),
        new Mutant(
            "LHM stuck at 0",
            "gossip",
            "Health.java",
            "multiplier = (int) Math.clamp(multiplier + signs, 0L, MAX);",
            "",
            Scenario.GOSSIP_LIFEGUARD,
            "V19"),
        new Mutant(
            "dissemination unplugged",
            "gossip",
            "Rumours.java",
            "if (waiting.isEmpty()) return List.of();",
            "if (waiting.size() < 1 << 20) return List.of();",
            Scenario.GOSSIP_DETECTION,
            "M41"),
        new Mutant(
            "accusers not counted",
            "gossip",
            "Suspicion.java",
            "return Math.clamp(accusers - 1, 0, confirmers);",
            "return 0;",
            Scenario.GOSSIP_DETECTION,
            "V19"),
        new Mutant(
            "urgent off",
            "gossip",
            "Rumours.java",
            "if (!urgent || !spend(turn.now)) return;",
            "if (!urgent || spend(turn.now)) return;",
            Scenario.GOSSIP_DETECTION,
            "V19"),
        new Mutant(
            "sync off",
            "gossip",
            "Syncs.java",
            "unsifted |= asked.putIfAbsent(peer, why) == null;",
            "",
            Scenario.GOSSIP_BOOTSTRAP,
            "M29,GL1"),
        new Mutant(
            "the forgotten are not told so",
            "gossip",
            "Floor.java",
            "if (now.isBefore(toldAt.plusSeconds(1))) return false;",
            "if (toldAt.equals(Instant.MIN)) return false;",
            Scenario.GOSSIP_FORGOTTEN,
            "GL1"),
        new Mutant(
            "accused not told",
            "gossip",
            "Gossip.java",
            "if (table.shouldTell(turn.now, from, frame.life())) turn.accused.add(from);",
            "",
            Scenario.GOSSIP_MUTUAL,
            "M8"),
        new Mutant(
            "older attributes win",
            "gossip",
            "Merge.java",
            "a.attrs().compareTo(b.attrs()) >= 0 ? a.attrs() : b.attrs();",
            "!a.attrs().isKnown() || b.attrs().isKnown() && b.attrs().compareTo(a.attrs()) < 0"
                + " ? b.attrs() : a.attrs();",
            Scenario.GOSSIP_CRASH,
            "G1"),
        new Mutant(
            "SUSPECT makes a member",
            "gossip",
            "StatusMachine.java",
            "if (!peer.entry.attrs().isKnown() || peer.isGone()) return false;",
            "if (peer.isGone()) return false;",
            Scenario.GOSSIP_CRASH,
            "G6"),
        new Mutant(
            "an obituary makes a member",
            "gossip",
            "StatusMachine.java",
            "if (!peer.entry.attrs().isKnown() || peer.isGone()) return false;",
            "if (!peer.entry.attrs().isKnown()) return false;\n"
                + "if (peer.isGone()) { leave(turn, peer); return true; }",
            Scenario.GOSSIP_CHURN,
            "G6"),
        new Mutant(
            "rumours queued as copies",
            "gossip",
            "Rumours.java",
            "if (old != null) queue.remove(old);",
            "",
            Scenario.GOSSIP_CRASH,
            "G7"),
        new Mutant(
            "root not updated on status change",
            "gossip",
            "MemberTable.java",
            "if (peer.standing != Standing.ABSENT) unwritten.add(peer.id);\n    count(turn, peer);",
            "if (peer.standing != Standing.ABSENT) unwritten.add(peer.id);\n"
                + "if (peer.part == 0) count(turn, peer);",
            Scenario.GOSSIP_CRASH,
            "G12"),
        new Mutant(
            "root not updated on prune",
            "gossip",
            "MemberTable.java",
            "} else {\n        count(turn, peer);",
            "} else {\n        nextPrune = turn.now.plus(PRUNE);",
            Scenario.GOSSIP_CHURN,
            "G12"),
        new Mutant(
            "a life is no part of the root",
            "gossip",
            "Roots.java",
            ".u32(key.incarnation())",
            ".u32(0)",
            Scenario.GOSSIP_CRASH,
            "G12"),
        new Mutant(
            "a word is lost on the wire",
            "wire",
            "Entries.java",
            "in.getProtoMax(),",
            "in.getProtoMin(),",
            Scenario.GOSSIP_VERSIONS,
            "G4"),
        new Mutant(
            "a frame with fields that are unknown is refused",
            "wire",
            "Grammar.java",
            "var field = rule.field(WireFormat.getTagFieldNumber(tag));",
            "var field = rule.field(WireFormat.getTagFieldNumber(tag));\n"
                + "BadPeerInput.unless(field != null, \"an unknown field\");",
            Scenario.GOSSIP_VERSIONS,
            "GL1"),
        new Mutant(
            "who is back in a later version is not shown",
            "gossip",
            "StatusMachine.java",
            "if (peer.isGone() || peer.entry.key().life().equals(before.key().life())) return false;",
            "if (peer.isGone() || peer.entry.attrs().protoMax() > 1) return false;",
            Scenario.GOSSIP_VERSIONS,
            "GL1"),
        new Mutant(
            "an answer in a later version is none",
            "gossip",
            "Prober.java",
            "if (probe == null || !probe.target.equals(from)) return;",
            "if (probe == null || !probe.target.equals(from)) return;\n"
                + "if (table.entry(from).attrs().protoMax() > 1) return;",
            Scenario.GOSSIP_VERSIONS,
            "M39"),
        new Mutant(
            "a revoked member is shown",
            "gossip",
            "MemberTable.java",
            "if (peer.revoked) machine.revoke(turn, peer);",
            "if (!peer.revoked) machine.revoke(turn, peer);",
            Scenario.MESH_REVOKED,
            "M32"),
        new Mutant(
            "contest = 0",
            "gossip",
            "StatusMachine.java",
            "private static final int CONTEST_ROUNDS = 5;",
            "private static final int CONTEST_ROUNDS = 0;",
            Scenario.GOSSIP_PARTITION,
            "M7"),
        new Mutant(
            "equal key ALIVE accepted after DEAD",
            "gossip",
            "StatusMachine.java",
            "if (peer.isGone() || peer.entry.key().life().equals(before.key().life())) return false;",
            "",
            Scenario.GOSSIP_PARTITION,
            "G2"));
  }

  private static Mutant self(String name, String text, String replacement, String oracles) {
    return new Mutant(
        name, "gossip", "Self.java", text, replacement, Scenario.GOSSIP_LOSS, oracles);
  }

  private static Mutant table(String name, String text, String replacement, String oracles) {
    return new Mutant(
        name, "gossip", "MemberTable.java", text, replacement, Scenario.GOSSIP_PARTITION, oracles);
  }
}
