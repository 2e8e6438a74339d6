package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.control.AdminServer;
import dev.meshkit.control.FakeNode;
import dev.meshkit.control.SocketPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists that are shown again and again: --watch (O9). */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class WatchTest {
  private static final String HEAD = "view of n1 · 4/5 agree";

  @TempDir private Path directory;
  private AdminServer server;

  @BeforeEach
  void aNodeAnswers() throws IOException {
    var data = Files.createDirectories(directory.resolve("data/n1"));
    server = AdminServer.open(SocketPath.of(data, Map.of()), new FakeNode()).orThrow();
  }

  @AfterEach
  void itStops() {
    server.close();
  }

  /** Where output goes, until somebody has read enough of it: a pipe whose reader has gone. */
  private static final class Pipe extends OutputStream {
    private final ByteArrayOutputStream got = new ByteArrayOutputStream();
    private final String mark;
    private final int most;
    private final Runnable then;

    Pipe(String mark, int most, Runnable then) {
      this.mark = mark;
      this.most = most;
      this.then = then;
    }

    @Override
    public void write(int one) throws IOException {
      if (frames() >= most) {
        then.run();
        throw new IOException("Broken pipe");
      }
      got.write(one);
    }

    int frames() {
      return text().split(java.util.regex.Pattern.quote(mark), -1).length - 1;
    }

    String text() {
      return got.toString(StandardCharsets.UTF_8);
    }
  }

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(OutputStream out, Map<String, String> environment, String... args) {
    return Main.run(
        new Console(
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            environment,
            directory,
            !environment.isEmpty()),
        args);
  }

  /** Whatever it lists: it comes again, and ends without a word when its reader has gone. */
  @ParameterizedTest
  @ValueSource(strings = {"members", "leaders", "queue", "poison list", "events"})
  void aListIsAppendedUntilNobodyReadsIt(String verb) {
    var pipe = new Pipe(HEAD, 3, () -> {});
    assertEquals(0, run(pipe, Map.of(), (verb + " --watch=100ms").split(" ")));
    assertEquals("", err.toString(StandardCharsets.UTF_8));
    var once = Shell.in(directory).run(verb.split(" ")).out();
    assertEquals(once + "\n" + once + "\n" + HEAD, pipe.text());
  }

  /** And as items, which come again. */
  @Test
  void itemsComeAgain() {
    var pipe = new Pipe("\n", 5, () -> {});
    assertEquals(0, run(pipe, Map.of("TERM", "xterm"), "members", "-o", "jsonl", "--watch=100ms"));
    var once = Shell.in(directory).run("members", "-o", "jsonl").out();
    assertEquals(2, once.lines().count());
    assertTrue(pipe.text().startsWith(once + once), pipe::text);
    assertFalse(pipe.text().contains("\u001b"), "data has no escapes, at a terminal neither");
  }

  /** At a terminal each is drawn over the last. */
  @Test
  void aTableIsDrawnOverTheLastOne() {
    var pipe = new Pipe("\u001b[J", 2, () -> {});
    assertEquals(0, run(pipe, Map.of("TERM", "xterm"), "queue", "--watch=100ms"));
    var once = Shell.in(directory).run("queue").out();
    var frame = "\u001b[H" + once.replace("\n", "\u001b[K\n") + "\u001b[J";
    assertEquals(frame + frame, pipe.text());
    var dumb = new Pipe(HEAD, 2, () -> {});
    assertEquals(0, run(dumb, Map.of("TERM", "dumb"), "queue", "--watch=100ms"));
    assertFalse(dumb.text().contains("\u001b"));
  }

  /** A node that ends while it is watched is an error like any other. */
  @Test
  void itEndsWithItsNode() {
    var out =
        new OutputStream() {
          @Override
          public void write(int one) {
            server.close();
          }
        };
    assertEquals(5, run(out, Map.of(), "members", "--watch=100ms"));
    var said = err.toString(StandardCharsets.UTF_8);
    assertTrue(said.startsWith("error MK-CLI-005 listing the members"), said);
  }

  @Test
  void aRhythmThatIsNoneIsNamed() {
    var soon = Shell.in(directory).run("queue", "--watch=soon");
    assertTrue(soon.err().contains("'soon' is no duration; write 250ms"), soon.err());
    var never = Shell.in(directory).run("queue", "--watch=0s");
    assertTrue(never.err().contains("why   it is to be 100ms to 1d\n"), never.err());
    assertEquals("", soon.out() + never.out());
  }

  /** Ctrl-C is how it is meant to end: status 0, and nothing but what was listed. */
  @Test
  void aPersonEndsItWithCtrlC() throws Exception {
    var heedful = List.of("env", "--default-signal=INT"); // what a shell put behind ignores it
    try (var child = Child.start(directory, heedful, "queue", "--watch=100ms")) {
      child.awaitLine(HEAD);
      child.awaitLine(HEAD);
      child.signal("INT");
      assertEquals(0, child.exit());
      assertTrue(child.lines().stream().noneMatch(line -> line.contains("Exception")));
      assertEquals("", child.err());
    }
  }
}
