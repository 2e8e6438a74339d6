package dev.meshkit.observe;

import java.util.Map;

/** The part of {@link EventsTest} that is about elections. */
final class ElectionEvents {
  private ElectionEvents() {}

  /** Emits each, and notes what it must carry. */
  static void provoke(Map<String, Map<String, Object>> wanted) {
    ElectionEvent.started()
        .end(new ElectionEvent.Round("eu/n1", "global", 4, 2, "VOTE", 2, 1, "eu/n3 VOTED", "WON"));
    wanted.put(
        "Election",
        EventsTest.fields(
            "node",
            "eu/n1",
            "scope",
            "global",
            "term",
            4L,
            "round",
            2L,
            "why",
            "VOTE",
            "granted",
            2,
            "refused",
            1,
            "against",
            "eu/n3 VOTED",
            "result",
            "WON"));
    VoteEvent.emit(new VoteEvent.Answer("eu/n3", "global", 1, 4, "eu/n2", false, "PROMISE"));
    wanted.put(
        "Vote",
        EventsTest.fields(
            "node",
            "eu/n3",
            "scope",
            "global",
            "generation",
            1,
            "term",
            4L,
            "candidate",
            "eu/n2",
            "granted",
            false,
            "reason",
            "PROMISE"));
    TermChangeEvent.emit(new TermChangeEvent.Change("eu/n3", "global", 3, 4, "VOTE"));
    wanted.put(
        "TermChange",
        EventsTest.fields(
            "node", "eu/n3", "scope", "global", "from", 3L, "to", 4L, "cause", "VOTE"));
    LeaderChangeEvent.emit(
        new LeaderChangeEvent.Change("eu/n3", "global", "eu/n1", "eu/n2", 1, 4, "TIMEOUT"));
    wanted.put(
        "LeaderChange",
        EventsTest.fields(
            "node",
            "eu/n3",
            "scope",
            "global",
            "from",
            "eu/n1",
            "to",
            "eu/n2",
            "generation",
            1,
            "term",
            4L,
            "cause",
            "TIMEOUT"));
    LeaderlessGapEvent.started().end("eu/n3", "global", "eu/n1", "eu/n2");
    wanted.put(
        "LeaderlessGap",
        EventsTest.fields("node", "eu/n3", "scope", "global", "from", "eu/n1", "to", "eu/n2"));
    RecordCommitEvent.emit(
        new RecordCommitEvent.Committed(
            "eu/n3", "global", 1, 4, 7, "5c40", "eu/n1 ops", "disk", "GATES", 2));
    wanted.put(
        "RecordCommit",
        EventsTest.fields(
            "node",
            "eu/n3",
            "scope",
            "global",
            "generation",
            1,
            "term",
            4L,
            "version",
            7L,
            "content",
            "5c40",
            "actor",
            "eu/n1 ops",
            "reason",
            "disk",
            "change",
            "GATES",
            "acks",
            2));
    TenureEvent.started().end(new TenureEvent.Ended("eu/n1", "global", "1.4", 1000, 2000, "LAPSE"));
    wanted.put(
        "Tenure",
        EventsTest.fields(
            "node", "eu/n1", "scope", "global", "fence", "1.4", "gained", 1000L, "lost", 2000L,
            "cause", "LAPSE"));
  }
}
