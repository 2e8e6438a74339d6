package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** E29: three processes, two of which are lost for good. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class RecoverProcessTest {
  private static final String SCOPE = "region/eu";

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

  private static String led(JsonObject scope) {
    return scope.has("leader")
        ? scope.get("leader").getAsString() + scope.get("generation").getAsString()
        : "";
  }

  /** The third goes on alone; one that returns goes over to its generation. */
  @Test
  void theLastOfThreeGoesOnAlone() throws Exception {
    try (var n1 = start("n1")) {
      var join = n1.awaitLine("next").replaceAll(".*--join (\\S+).*", "$1");
      try (var n2 = start("n2", "--join", join);
          var n3 = start("n3", "--join", join)) {
        n2.awaitLine("next");
        n3.awaitLine("next");
        await().until(() -> !led(scope("n3")).isEmpty());
        var before = scope("n3");
        var verb = "recover " + SCOPE + " --reason test --yes";
        var refused = await().until(() -> run("n3", verb), ran -> ran.exit() == 6);
        assertTrue(refused.err().contains(" leads it in term "), refused.err());
        n1.process().destroyForcibly().waitFor();
        n2.process().destroyForcibly().waitFor();
        // a survivor without its quorum takes no dead leader for one that leads
        await()
            .until(
                () -> run("n3", "leaders").out(),
                text ->
                    text.contains("region/eu: nobody is known to lead for ")
                        && text.contains("1 of 3 voters can be reached, 2 are needed")
                        && text.contains("; missing: n1, n2"));
        var gone = scope("n3");
        assertEquals("NO_QUORUM", gone.get("state").getAsString());
        assertFalse(gone.has("leader"), gone::toString);
        var last = before.get("leader").getAsString();
        if (!last.equals("n3"))
          assertEquals(last, gone.getAsJsonObject("lastChange").get("from").getAsString());
        var unasked = run("n3", "recover " + SCOPE + " --reason test");
        assertEquals(2, unasked.exit(), unasked.err());
        assertTrue(unasked.err().contains("add --yes"), unasked.err());
        var guide = Typed.section("## When a quorum is lost for good");
        assertEquals(4, guide.size());
        var seen = guide.get(0).run(directory).out();
        assertTrue(
            seen.contains("1 of 3 voters can be reached, 2 are needed; missing: n1, n2"), seen);
        assertEquals(guide.get(1).says(), guide.get(1).run(directory).out());
        assertEquals("1", scope("n3").get("generation").getAsString());
        var ran = guide.get(2).run(directory);
        assertEquals(guide.get(2).says(), ran.out(), ran.err());
        assertTrue(ran.out().startsWith("began generation 2 "), ran.out());
        var told = guide.get(3).run(directory).out();
        assertTrue(
            told.contains("leader.recovered") && told.contains("alone begins generation 2"), told);
        await().until(() -> led(scope("n3")).equals("n32"));
        assertTrue(scope("n3").get("fence").getAsString().startsWith("2."));
        assertTrue(run("n3", "leaders --history 1h").out().contains("leader.recovered"));
        try (var again = start("n1", "--join", mesh("n3"))) {
          again.awaitLine("next");
          await().until(() -> scope("n1").get("generation").getAsString().equals("2"));
          assertEquals("n32", led(scope("n3")));
        }
      }
    }
  }

  private String mesh(String node) {
    return EuTrio.parsed(run(node, "status -o json"))
        .getAsJsonObject("listeners")
        .get("mesh")
        .getAsString();
  }
}
