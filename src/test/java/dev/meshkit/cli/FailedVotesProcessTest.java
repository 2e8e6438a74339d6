package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** E3: agents one of which has a disk that fails its election.db, as strace plays it. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class FailedVotesProcessTest {
  private static final Path STRACE = Path.of("/usr/bin/strace");
  private static final List<String> ALL = List.of("n1", "n2", "n3");

  @TempDir private Path directory;
  private final Map<String, Child> nodes = new TreeMap<>();

  @AfterEach
  void end() {
    nodes.values().forEach(Child::close);
  }

  /** It ends with its own code, names the file, writes and says nothing more; another leads. */
  @Test
  void aLeaderWhoseVotesCannotBeSyncedEnds() throws Exception {
    assumeTrue(Files.isExecutable(STRACE), "no strace on this machine");
    // given three voters
    var trio = new EuTrio(directory);
    nodes.put("n1", trio.start("n1"));
    var join = nodes.get("n1").awaitLine("next").replaceAll(".*--join (\\S+).*", "$1");
    for (var name : List.of("n2", "n3")) nodes.put(name, trio.start(name, "--join", join));
    for (var name : List.of("n2", "n3")) nodes.get(name).awaitLine("next");
    var led = await().until(() -> trio.scope("n1"), scope -> scope.has("leader"));
    var leader = led.get("leader").getAsString();
    var others = ALL.stream().filter(name -> !name.equals(leader)).toList();
    var log = directory.resolve("strace");
    // when each sync of the leader's election.db fails from now on
    var strace = failingSyncs(leader, log);
    // and all three have to write: even if it does not lead any more on this slow machine
    var rank = "leaders voters region/eu rank " + others.getFirst() + " 200 --reason test";
    var ran = trio.run(others.getLast(), rank); // it may be in doubt: its leader ends
    // then it ends with the code of its store, and says which
    var ended = nodes.get(leader);
    assertEquals(12, ended.exit(), () -> ran + said(ended));
    assertTrue(said(ended).contains("error MK-STO-007 writing "), said(ended));
    assertTrue(said(ended).contains("data/" + leader + "/election.db"), said(ended));
    // and has asked nothing of the file any more
    strace.waitFor();
    var asked = Files.readAllLines(log).stream().filter(line -> !line.contains("+++")).toList();
    var failed = asked.stream().filter(line -> line.contains("= -1 EIO ")).toList();
    assertEquals(failed, List.of(asked.getLast()), asked::toString);
    // and its leadership is over for the others, who follow another in a later term
    var next = await().until(() -> trio.scope(others.getFirst()), now -> follows(now, others));
    assertTrue(term(next) > term(led), next + " after " + led);
    assertFalse(ended.process().isAlive());
  }

  private static boolean follows(JsonObject scope, List<String> one) {
    return scope.has("leader") && one.contains(scope.get("leader").getAsString());
  }

  private static long term(JsonObject scope) {
    return scope.get("term").getAsLong();
  }

  /** From when this returns; skips the test where strace may not do that. */
  private Process failingSyncs(String node, Path log) throws IOException {
    var file = directory.resolve("data/" + node + "/election.db");
    var pid = Long.toString(nodes.get(node).process().pid());
    var strace =
        new ProcessBuilder(
                List.of(
                    STRACE.toString(),
                    "-f",
                    "-P" + file,
                    "-P" + file + "-wal",
                    "-etrace=write,pwrite64,ftruncate,fsync,fdatasync",
                    "-einject=fsync,fdatasync:error=EIO",
                    "-esignal=none",
                    "-o" + log,
                    "-p" + pid))
            .redirectErrorStream(true)
            .start();
    var said = strace.inputReader(StandardCharsets.UTF_8).readLine();
    assumeTrue(said != null && said.contains(" attached"), "strace may not attach here: " + said);
    return strace;
  }

  private static String said(Child node) {
    try {
      return node.err();
    } catch (IOException unreadable) {
      return unreadable.toString();
    }
  }
}
