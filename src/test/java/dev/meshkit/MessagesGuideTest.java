package dev.meshkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.process.Jvm;
import dev.meshkit.runtime.FreePort;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** docs/messages.md: its two services, compiled and started as it says, and killed -9. */
@Timeout(180)
class MessagesGuideTest {
  private static final Pattern PROGRAM =
      Pattern.compile("```java\n// (\\w+\\.java)\n(.*?)```\n", Pattern.DOTALL);
  private static final Pattern COMMANDS = Pattern.compile("```sh\n(.*?)```\n", Pattern.DOTALL);

  @TempDir Path temp;

  private final List<Service> running = new ArrayList<>();
  private List<String> commands = List.of();

  /** A process that says on its output how far it is. */
  private record Service(Process process, BufferedReader out) {
    void awaitLine(String line) throws IOException {
      for (var said = next(line); !said.equals(line); ) said = next(line);
    }

    /** That so many orders are taken, or all. */
    void awaitTaken(int orders) throws IOException {
      var taken = 0;
      while (taken < orders) {
        var said = next("taken " + orders);
        if (said.equals("all taken")) return;
        if (said.startsWith("taken ")) taken = Integer.parseInt(said.substring(6));
      }
    }

    private String next(String awaited) throws IOException {
      var said = out.readLine();
      if (said == null) throw new IOException("it ended before it said: " + awaited);
      return said;
    }

    void kill() throws InterruptedException {
      process.toHandle().destroyForcibly();
      process.waitFor();
    }
  }

  @BeforeEach
  void compile() throws Exception {
    var guide = Files.readString(Path.of("docs/messages.md"));
    var programs = PROGRAM.matcher(guide).results().toList();
    assertEquals(guide.split("```java\n", -1).length - 1, programs.size(), "one has no name");
    for (var program : programs)
      Files.writeString(temp.resolve(program.group(1)), program.group(2));
    var block = COMMANDS.matcher(guide).results().toList();
    assertEquals(1, block.size());
    var stock = "127.0.0.1:" + FreePort.of("127.0.0.1");
    var orders = "127.0.0.1:" + FreePort.of("127.0.0.1");
    commands =
        block
            .getFirst()
            .group(1)
            .replace("127.0.0.1:7443", stock)
            .replace("127.0.0.1:7453", orders)
            .lines()
            .toList();
    Jvm.packaging(temp);
    JdkTool.ran(temp, temp, shell(commands.get(0)));
  }

  @AfterEach
  void endAll() throws Exception {
    for (var service : running) service.kill();
  }

  /**
   * Q33, Q34 Killed while messages are on their way, the receiver has taken each order once, and
   * stock and memory agree; the sender forgets none.
   */
  @Test
  void everyOrderIsTakenOnceHoweverTheKillsFall() throws Exception {
    var stock = start(2, "the stock is open");
    var orders = start(3, "taken 1");
    orders.awaitTaken(10);
    stock.kill();
    stock = start(2, "the stock is open");
    orders.awaitTaken(25);
    orders.kill();
    orders = start(3, "");
    orders.awaitTaken(40);
    stock.kill();
    stock = start(2, "the stock is open");
    orders.awaitLine("all taken");
    assertEquals(0, orders.process().waitFor());
    stock.kill();
    assertEquals(60, number("stock", "SELECT count(*) FROM app_taken"));
    assertEquals(40, number("stock", "SELECT pieces FROM app_stock"));
    assertEquals(60, number("orders", "SELECT sum(taken) FROM app_order"));
    assertEquals(0, number("orders", "SELECT count(*) FROM task"));
  }

  private Service start(int command, String awaited) throws IOException {
    var builder = new ProcessBuilder(shell(commands.get(1) + "; exec " + commands.get(command)));
    var log = temp.resolve("log").toFile();
    builder.directory(temp.toFile()).redirectError(ProcessBuilder.Redirect.appendTo(log));
    builder.environment().put("JDK_JAVA_OPTIONS", String.join(" ", quick()));
    var process = builder.start();
    var service = new Service(process, process.inputReader(StandardCharsets.UTF_8));
    running.add(service);
    if (!awaited.isEmpty()) service.awaitLine(awaited);
    return service;
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

  private long number(String service, String sql) throws SQLException {
    var file = temp.resolve("data").resolve(service).resolve("mesh.db");
    try (var db = DriverManager.getConnection("jdbc:sqlite:" + file);
        var look = db.createStatement();
        var rows = look.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
