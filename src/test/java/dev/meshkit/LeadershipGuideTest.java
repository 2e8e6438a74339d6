package dev.meshkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.process.Jvm;
import dev.meshkit.runtime.FreePort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** docs/leadership.md: its schedulers and their ledger, started as it says, killed and frozen. */
@Timeout(900) // on a machine that does much else besides
class LeadershipGuideTest {
  private static final Pattern PROGRAM =
      Pattern.compile("```java\n// (\\w+\\.java)\n(.*?)```\n", Pattern.DOTALL);
  private static final Pattern COMMANDS = Pattern.compile("```sh\n(.*?)```\n", Pattern.DOTALL);
  private static final Map<String, Integer> COMMAND =
      Map.of("ledger", 2, "s1", 3, "s2", 4, "s3", 5);

  @TempDir Path temp;

  private final Map<String, Process> running = new ConcurrentHashMap<>();
  private final List<Said> heard = new CopyOnWriteArrayList<>(); // all of it, oldest first
  private List<String> commands = List.of();

  /** A line of one of the processes. */
  private record Said(String who, String line) {
    boolean hasRun() {
      return line.startsWith("has run by ");
    }

    boolean asks() {
      return line.startsWith("has asked by ");
    }

    /** The term that is spoken of. */
    long term() {
      return Long.parseLong(line.substring(line.lastIndexOf('.') + 1));
    }

    String fence() {
      return line.substring(line.lastIndexOf(' ') + 1);
    }
  }

  @BeforeEach
  void compile() throws Exception {
    var guide = Files.readString(Path.of("docs/leadership.md"));
    var programs = PROGRAM.matcher(guide).results().toList();
    assertEquals(guide.split("```java\n", -1).length - 1, programs.size(), "one has no name");
    for (var program : programs)
      Files.writeString(temp.resolve(program.group(1)), program.group(2));
    var typed = COMMANDS.matcher(guide).results().findFirst().orElseThrow().group(1);
    assertTrue(
        typed.contains(" Ledger.java "), typed); // what else is typed RecoverProcessTest runs
    for (var port : List.of("7443", "7453", "7463", "7473"))
      typed = typed.replace("127.0.0.1:" + port, "127.0.0.1:" + FreePort.of("127.0.0.1"));
    commands = typed.lines().toList();
    Jvm.packaging(temp);
    JdkTool.ran(temp, temp, shell(commands.get(0)));
  }

  @AfterEach
  void endAll() throws Exception {
    for (var who : List.copyOf(running.keySet())) kill(who);
  }

  /**
   * E20, E21 Whoever is killed or frozen, another leads; who wakes leads no more; and an order that
   * comes after the successor's changes nothing.
   */
  @Test
  void inTheLedgerTermsNeverGoBackWhoeverDiesOrSleeps() throws Exception {
    start("ledger");
    await(0, said -> said.line().equals("the ledger is open"));
    for (var who : List.of("s1", "s2", "s3")) {
      start(who); // in turn: they make their identities of one CA, which waits for nobody for long
      await(0, said -> said.who().equals(who) && said.line().startsWith("led by "));
    }
    var first = await(0, Said::hasRun);
    // killed: another leads
    kill(first.who());
    var second = after(first);
    start(first.who());
    await(
        heard.size(),
        said -> said.who().equals(first.who()) && said.line().startsWith("led by eu"));
    // frozen past its tenure: another leads, and it does not when it wakes
    signal(second.who(), "STOP");
    var third = after(second);
    signal(second.who(), "CONT");
    await(0, said -> said.equals(new Said(second.who(), "leads no more by " + second.fence())));
    // killed with an order on its way, which arrives after its successor's
    var late = anOrderThatIsLeftBehind();
    start("ledger");
    var fourth = after(late);
    start(late.who());
    await(heard.size(), said -> said.equals(new Said("ledger", "asked to run by " + late.fence())));
    for (var more = 0; more < 3; more++)
      await(heard.size(), said -> said.hasRun() && said.term() >= fourth.term());
    endAll();
    assertOneNodeATermAndTermsInOrder(List.of(first, second, third));
  }

  /** Who leads by a later fence than this one, once something has been run by it. */
  private Said after(Said old) throws InterruptedException {
    return await(0, said -> said.hasRun() && said.term() > old.term());
  }

  /**
   * Kills the ledger, then the leader, until that leaves one who has asked and was not heard: the
   * ledger says first of all that it was asked.
   */
  private Said anOrderThatIsLeftBehind() throws Exception {
    while (true) {
      var leader = await(heard.size(), Said::hasRun).who();
      kill("ledger");
      awaitSilence(leader);
      kill(leader);
      var asked = heard.stream().filter(said -> said.who().equals(leader) && said.asks()).toList();
      var fence = asked.getLast().fence();
      var asks = asked.stream().filter(said -> said.fence().equals(fence)).count();
      var order = new Said("ledger", "asked to run by " + fence);
      if (heard.stream().filter(order::equals).count() < asks) return asked.getLast();
      start("ledger");
      start(leader);
    }
  }

  /** Until it waits for the ledger; what comes too soon is only done again. */
  private void awaitSilence(String who) {
    Awaitility.await()
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> heard.stream().filter(said -> said.who().equals(who)).count(), new Same());
  }

  /** Matches what was the same a moment ago. */
  private static final class Same implements Predicate<Long> {
    private long before = -1;

    @Override
    public boolean test(Long now) {
      var same = now == before;
      before = now;
      return same;
    }
  }

  private void assertOneNodeATermAndTermsInOrder(List<Said> leaders) throws SQLException {
    var nodes = new TreeMap<Long, String>();
    var last = 0L;
    for (var row : rows("SELECT node, term FROM app_run ORDER BY n")) {
      var term = Long.parseLong(row.get(1));
      assertTrue(term >= last, "term " + term + " after " + last);
      assertEquals(row.get(0), nodes.computeIfAbsent(term, _ -> row.get(0)), "of term " + term);
      last = term;
    }
    for (var leader : leaders) {
      var term = Long.parseLong(leader.fence().substring(leader.fence().indexOf('.') + 1));
      assertEquals(leader.who(), nodes.get(term), "of term " + term);
    }
  }

  /** The first line from there on, once it is said. */
  private Said await(int from, Predicate<Said> wanted) throws InterruptedException {
    for (var at = from; ; at++) {
      var said = line(at);
      assertTrue(!said.line().startsWith("ended"), said::toString);
      if (wanted.test(said)) return said;
    }
  }

  private Said line(int at) throws InterruptedException {
    synchronized (heard) {
      while (heard.size() <= at) heard.wait();
      return heard.get(at);
    }
  }

  private void hear(Said said) {
    synchronized (heard) {
      heard.add(said);
      heard.notifyAll();
    }
  }

  private void start(String who) throws IOException {
    var command = commands.get(1) + "; exec " + commands.get(COMMAND.get(who));
    var builder = new ProcessBuilder(shell(command)).directory(temp.toFile());
    builder.redirectError(ProcessBuilder.Redirect.appendTo(temp.resolve("log").toFile()));
    builder.environment().put("JDK_JAVA_OPTIONS", String.join(" ", quick()));
    var process = builder.start();
    running.put(who, process);
    Thread.ofVirtual().start(() -> listen(who, process));
  }

  private void listen(String who, Process process) {
    try (var out = process.inputReader(StandardCharsets.UTF_8)) {
      for (var line = out.readLine(); line != null; line = out.readLine())
        hear(new Said(who, line));
    } catch (IOException killed) {
      return; // with its pipe
    }
    if (process.equals(running.get(who))) hear(new Said(who, "ended by itself, see its log"));
  }

  private void kill(String who) throws InterruptedException {
    var process = running.remove(who);
    if (process == null) return;
    process.toHandle().destroyForcibly();
    process.waitFor();
  }

  private void signal(String who, String name) throws Exception {
    var pid = Long.toString(running.get(who).pid());
    JdkTool.ran(temp, List.of("kill", "-" + name, pid));
  }

  /** What makes a short life shorter, and is of no concern to a reader. */
  private static List<String> quick() {
    return Jvm.command("-Xmx128m").stream().filter(flag -> flag.startsWith("-X")).toList();
  }

  private static List<String> shell(String typed) {
    var bin = Path.of(System.getProperty("java.home"), "bin");
    var where = "export PATH=" + bin + ":$PATH MESHKIT='" + Jvm.command().getLast() + "'; ";
    return List.of("bash", "-e", "-c", where + typed);
  }

  private List<List<String>> rows(String sql) throws SQLException {
    var file = temp.resolve("data/ledger/mesh.db");
    try (var db = DriverManager.getConnection("jdbc:sqlite:" + file);
        var look = db.createStatement();
        var found = look.executeQuery(sql)) {
      var all = new ArrayList<List<String>>();
      while (found.next()) all.add(List.of(found.getString(1), found.getString(2)));
      return all;
    }
  }
}
