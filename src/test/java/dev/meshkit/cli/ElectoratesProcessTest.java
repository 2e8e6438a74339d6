package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes in two regions whose electorates find themselves: no list of voters is typed. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ElectoratesProcessTest {
  private static final String QUICK =
      """
      [election.vote]
      settle = "2s"
      dead_voter_after = "10s"
      [election.global]
      profile = "region"
      [gossip]
      probe_interval = "500ms"
      suspicion_min = 2
      suspicion_max = 4
      """;

  private static final Duration DEAD_AFTER = Duration.ofSeconds(10);

  /** Each look is a call of the CLI, which takes the processor from the six that it looks at. */
  private static final Duration LOOK = Duration.ofMillis(500);

  @TempDir private Path directory;
  private final Map<String, Child> nodes = new TreeMap<>();

  @AfterEach
  void end() {
    nodes.values().forEach(Child::close);
  }

  private Child start(String name, String region, String... more) throws IOException {
    var args = new ArrayList<>(List.of("agent", "--dev", "--config", "quick.toml"));
    args.addAll(List.of("--http", "off", "--listen", "127.0.0.1:0", "--region", region));
    args.addAll(List.of("--name", name, "--data", "data/" + name));
    args.addAll(List.of(more));
    var node = Child.start(directory, args.toArray(String[]::new));
    nodes.put(name, node);
    return node;
  }

  private JsonObject scope(String node, String scope) {
    var ran =
        Shell.in(directory)
            .run("leaders", "-o", "json", "--data", "data/" + node, "--timeout", "60s");
    assertEquals(0, ran.exit(), ran.err());
    for (var item : JsonParser.parseString(ran.out()).getAsJsonObject().getAsJsonArray("items"))
      if (item.getAsJsonObject().get("scope").getAsString().equals(scope))
        return item.getAsJsonObject();
    return new JsonObject();
  }

  private static Set<String> voters(JsonObject scope) {
    var voters = new TreeSet<String>();
    if (scope.has("voters"))
      for (var voter : scope.getAsJsonArray("voters"))
        voters.add(voter.getAsJsonObject().get("node").getAsString());
    return voters;
  }

  /** What the leader of a scope says of it: only it knows why its autopilot rests. */
  private JsonObject led(String asked, String scope) {
    var leader = scope(asked, scope).get("leader");
    return leader == null ? new JsonObject() : scope(leader.getAsString(), scope);
  }

  private static String autopilot(JsonObject scope) {
    return scope.has("autopilot") ? scope.get("autopilot").getAsString() : "";
  }

  /** By the committed record, which every node knows. */
  private void awaitVoters(String asked, String scope, Set<String> wanted) {
    await(scope).pollInterval(LOOK).until(() -> voters(scope(asked, scope)), wanted::equals);
  }

  /** What a node has seen of a type, oldest first. */
  private List<JsonObject> events(String node, String type) {
    var ran =
        Shell.in(directory).run("events", "--type", type, "-o", "json", "--data", "data/" + node);
    assertEquals(0, ran.exit(), ran.err());
    var events = new ArrayList<JsonObject>();
    for (var event : JsonParser.parseString(ran.out()).getAsJsonObject().getAsJsonArray("items"))
      events.add(event.getAsJsonObject());
    return events;
  }

  private static String text(JsonObject event, String name) {
    return event.has(name) ? event.get(name).getAsString() : "";
  }

  private static Instant at(JsonObject event) {
    return Instant.parse(text(event, "at"));
  }

  /** E30, E31, E32: the sentence of the issue. */
  @Test
  void electoratesFindThemselves() throws Exception {
    // given a node that founds the mesh, and four that join it
    Files.writeString(directory.resolve("quick.toml"), QUICK);
    var join = start("n1", "eu").awaitLine("next").replaceAll(".*--join (\\S+).*", "$1");
    for (var name : List.of("n2", "n3")) start(name, "eu", "--join", join);
    for (var name : List.of("n4", "n5")) start(name, "us", "--join", join);
    for (var name : List.of("n2", "n3", "n4", "n5")) nodes.get(name).awaitLine("next");
    // then three vote in the region of three, and all five in the whole
    awaitVoters("n1", "region/eu", Set.of("n1", "n2", "n3"));
    awaitVoters("n1", "global", Set.of("n1", "n2", "n3", "n4", "n5"));
    // and in the region of two its founder alone, though the other is ready
    var two =
        await("rest")
            .pollInterval(LOOK)
            .until(
                () -> led("n4", "region/us"),
                scope -> autopilot(scope).equals("waits: 1 of 3 voters, and 1 ready"));
    assertEquals(1, voters(two).size(), two::toString);
    // and never had another: nobody has changed its record since it was founded
    for (var name : List.of("n4", "n5"))
      assertEquals(List.of(), changes(name, "region/us"), "as " + name + " saw it");
    // when a third comes
    start("n6", "us", "--join", join).awaitLine("next");
    // then all three vote there, one step for each
    awaitVoters("n4", "region/us", Set.of("n4", "n5", "n6"));
    var steps = Stream.of("n4", "n5").mapToInt(name -> changes(name, "region/us").size());
    assertEquals(2, steps.max().orElseThrow(), "as its founder saw it");
    replaced();
  }

  private List<JsonObject> changes(String node, String scope) {
    return events(node, "leader.record_changed").stream()
        .filter(event -> text(event, "scope").equals(scope))
        .toList();
  }

  /** The only node that does not vote in the whole takes the seat of one that is killed. */
  private void replaced() throws Exception {
    var leader = scope("n1", "global").get("leader").getAsString();
    var dead = leader.equals("n2") ? "n3" : "n2";
    var killed = Instant.now();
    nodes.get(dead).signal("KILL");
    var asked = leader.equals("n1") ? "n4" : "n1";
    var left = new TreeSet<>(nodes.keySet());
    left.remove(dead);
    awaitVoters(asked, "global", left);
    // and in the region, where nobody could take it, the seat stays
    assertEquals(Set.of("n1", "n2", "n3"), voters(led("n1", "region/eu")));
    // and people can read who did it, and why
    var done =
        left.stream()
            .flatMap(node -> events(node, "leader.autopilot").stream())
            .filter(event -> text(event, "cause").equals("eu/" + dead + " is gone"))
            .toList();
    assertEquals(1, done.size(), done::toString);
    var removal = done.getFirst();
    // and that it had been dead for its time, by the clock of all: they are one machine's
    var since = missed(text(removal, "node"), "eu/" + dead, killed);
    var kept = Duration.between(since, at(removal));
    assertTrue(kept.compareTo(DEAD_AFTER) >= 0, () -> "after " + kept + ": " + removal);
  }

  /** Since when a node has missed one that was killed: since before that, if it was so slow. */
  private Instant missed(String by, String dead, Instant killed) {
    var seen =
        events(by, "member.*").stream()
            .filter(event -> text(event, "subject").equals(dead) && at(event).isBefore(killed))
            .toList();
    var missing = !seen.isEmpty() && text(seen.getLast(), "type").equals("member.suspected");
    return missing ? at(seen.getLast()) : killed;
  }
}
