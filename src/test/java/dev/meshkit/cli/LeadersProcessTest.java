package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three processes over real links: leaders and ranks are moved from any of them. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class LeadersProcessTest {
  private static final String SCOPE = "region/eu";
  private static final List<String> ALL = List.of("n1", "n2", "n3");

  @TempDir private Path directory;

  private Child start(String name, String... more) throws IOException {
    return new EuTrio(directory).start(name, more);
  }

  private Shell.Ran run(String node, String line) {
    return new EuTrio(directory).run(node, line);
  }

  private JsonObject scope(String node) {
    return new EuTrio(directory).scope(node);
  }

  /** Who all three say leads; empty while they differ. */
  private String leader() {
    var said = ALL.stream().map(this::scope).map(LeadersProcessTest::leader).distinct().toList();
    return said.size() == 1 ? said.getFirst() : "";
  }

  private static String leader(JsonObject scope) {
    return scope.has("leader") ? scope.get("leader").getAsString() : "";
  }

  private String other(String leader) {
    return ALL.stream().filter(name -> !name.equals(leader)).findFirst().orElseThrow();
  }

  private String third(String one, String other) {
    return ALL.stream()
        .filter(name -> !name.equals(one) && !name.equals(other))
        .findFirst()
        .orElseThrow();
  }

  /** O13: from a node that neither leads nor shall lead, over links. */
  @Test
  void leadersAndRanksAreMovedFromAnyNode() throws Exception {
    try (var n1 = start("n1")) {
      var join = n1.awaitLine("next").replaceAll(".*--join (\\S+).*", "$1");
      try (var n2 = start("n2", "--join", join);
          var n3 = start("n3", "--join", join)) {
        n2.awaitLine("next");
        n3.awaitLine("next");
        transferred();
        ranked();
        steppedDown();
      }
    }
  }

  /** On a busy machine a tenure may lapse meanwhile: then it is asked again. */
  private void transferred() {
    var done =
        await()
            .until(
                () -> {
                  var leader = await().until(this::leader, name -> !name.isEmpty());
                  var to = other(leader);
                  var verb = "leaders transfer " + SCOPE + " --to " + to + " --reason test -o json";
                  var ran = run(third(leader, to), verb);
                  return ran.exit() == 0 ? EuTrio.parsed(ran) : new JsonObject();
                },
                answer -> answer.has("leader"));
    assertTrue(done.get("gap").getAsString().matches("[0-9]+\\.[0-9]+s"), done::toString);
    assertTrue(done.get("fence").getAsString().matches("1\\.[0-9]+"), done::toString);
    var to = done.get("leader").getAsString();
    assertTrue(ALL.contains(to), done::toString);
    var refused = run(third(to, ""), "leaders transfer " + SCOPE + " --to us/n9 --reason test");
    assertEquals(6, refused.exit(), refused.err());
    assertTrue(refused.err().contains("us/n9 does not vote"), refused.err());
  }

  /** A rank is in every node's record, whichever was asked. */
  private void ranked() {
    var version = -1L;
    for (var name : ALL) {
      var rank = 20 + ALL.indexOf(name);
      var verb = "leaders voters " + SCOPE + " rank n2 " + rank + " --reason test -o json";
      var done = await().until(() -> run(name, verb), ran -> ran.exit() == 0);
      var now = EuTrio.parsed(done).get("version").getAsLong();
      assertTrue(now > version, now + " after " + version);
      version = now;
    }
    await()
        .until(
            () ->
                ALL.stream()
                    .allMatch(
                        name -> run(name, "leaders voters " + SCOPE).out().contains("n2     22 ")));
    var refused = run("n1", "leaders voters " + SCOPE + " add eu/n9 --reason test");
    assertEquals(6, refused.exit(), refused.err());
    assertTrue(refused.err().contains("eu/n9 is no learner"), refused.err());
  }

  /** Only the node that is asked: a follower says that it does not lead. */
  private void steppedDown() {
    var left =
        await()
            .until(
                () -> {
                  var leader = await().until(this::leader, name -> !name.isEmpty());
                  var ran = run(leader, "leaders step-down " + SCOPE + " --reason test -o json");
                  return ran.exit() == 0 ? EuTrio.parsed(ran) : new JsonObject();
                },
                answer -> answer.has("from"));
    assertTrue(ALL.contains(left.get("leader").getAsString()), left::toString);
    var follower =
        await()
            .until(
                () -> {
                  var leader = await().until(this::leader, name -> !name.isEmpty());
                  return run(other(leader), "leaders step-down " + SCOPE + " --reason test");
                },
                ran -> ran.exit() == 6);
    assertTrue(follower.err().contains("does not lead region/eu"), follower.err());
  }
}
