package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Mesh;
import dev.meshkit.config.DiscoveryConfig;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** docs/upgrades.md: its commands and its program, typed as it says, print what it says. */
@Timeout(300) // on a machine that does much else besides
class UpgradesGuideTest {
  private static final Path GUIDE = Path.of("docs/upgrades.md");
  private static final String MESHKIT = "target/meshkit ";
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
  private static final Pattern NODE = Pattern.compile("make run NODE=(\\w+) REGION=(\\w+).*");
  private static final Pattern LOOK =
      Pattern.compile("(gate (list|show|plan|explain)|effects (list|show)) .*");
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir private Path temp;

  private final List<Mesh> nodes = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();

  /** O16, G27 There and back, retirement refused. */
  @Test
  void theTransportOfARegionRolls() throws Exception {
    try {
      for (var line : Guide.chapter(GUIDE, "The transport of a region, and back").typed()) {
        var node = NODE.matcher(line.text());
        if (node.matches()) open(node.group(1), node.group(2));
        else verb(line);
      }
    } finally {
      nodes.reversed().forEach(Mesh::close);
    }
    assertEquals(List.of(), wrong);
  }

  /**
   * G5, G11, G16 A shop that is killed while a call is out, upgraded, rolled out, rolled back and
   * started with a build that is too old: each sale is booked and charged once.
   */
  @Test
  void aChangeOfAnApplicationRollsAndNoDeedIsDoneTwice() throws Exception {
    var guide = Guide.chapter(GUIDE, "A change of your own");
    for (var program : guide.programs().entrySet())
      Files.writeString(temp.resolve(program.getKey()), program.getValue());
    try (var shop = new GuideProgram(temp)) {
      for (var line : guide.typed()) {
        if (!line.isShell()) check(line, sold(shop, line));
        else if (line.text().startsWith(MESHKIT)) verb(line);
        else if (line.text().startsWith("java ")) shop.start(line.text());
        else shop.shell(line.text());
      }
    }
    assertEquals(List.of(), wrong);
    assertEquals(
        count("SELECT count(DISTINCT sale) FROM app_sale"), count("SELECT count(*) FROM app_sale"));
    assertEquals(8, count("SELECT count(*) FROM app_sale"));
    assertEquals(8, Files.readAllLines(temp.resolve("terminal")).size());
  }

  /** A sale without an answer is left once the terminal has it. */
  private String sold(GuideProgram shop, Guide.Line line) throws Exception {
    var before = charges();
    shop.type(line.text());
    if (!line.says().isEmpty()) return shop.nextLine(line.text() + ": ");
    await().atMost(LONG).until(() -> charges() > before);
    return "";
  }

  private long charges() throws Exception {
    var terminal = temp.resolve("terminal");
    return Files.exists(terminal) ? Files.size(terminal) : 0;
  }

  /** A look is repeated until it is what stands there, anything else while nobody leads. */
  private void verb(Guide.Line line) {
    var said = new AtomicReference<String>("");
    try {
      await()
          .atMost(LONG)
          .until(
              () -> {
                var ran = ran(line.text().substring(MESHKIT.length()));
                said.set(ran.out() + ran.err());
                var isLook = LOOK.matcher(line.text().substring(MESHKIT.length())).matches();
                return isLook
                    ? line.isSaid(said.get())
                    : ran.exit() != ExitCode.UNAVAILABLE.status();
              });
    } catch (ConditionTimeoutException _) {
      // it is checked below, with what was said last
    }
    check(line, said.get());
  }

  private Shell.Ran ran(String words) {
    var args =
        WORD.matcher(words)
            .results()
            .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
            .toArray(String[]::new);
    return Shell.in(temp).run(args);
  }

  private void check(Guide.Line line, String said) {
    if (!line.isSaid(said)) wrong.add("\n" + line.text() + "\n" + said);
  }

  private void open(String name, String region) {
    var any = new Endpoint("127.0.0.1", 0);
    var seeds = nodes.stream().map(node -> node.members().getFirst().at()).limit(1).toList();
    var config =
        MeshConfig.of(region, name, temp.resolve("data").resolve(name))
            .withDiscovery(new DiscoveryConfig(seeds))
            .withListen(ListenConfig.of(any).withLegacy(any))
            .withHttp(HttpConfig.off());
    nodes.add(MeshKit.open(MeshKit.dev(config).orThrow()));
  }

  private long count(String sql) throws SQLException {
    try (var db = DriverManager.getConnection("jdbc:sqlite:" + temp.resolve("data/shop/mesh.db"));
        var look = db.createStatement();
        var rows = look.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
