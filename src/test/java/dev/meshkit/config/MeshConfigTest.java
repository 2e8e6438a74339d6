package dev.meshkit.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configuration: precedence, strictness, and errors that point at the place (O18, O19). */
class MeshConfigTest {
  private static final Path EXAMPLE = Path.of("packaging/etc/meshkit.toml");

  @TempDir Path dir;

  /** O18: every key, no other, and each with its default. */
  @Test
  void theExampleFileIsTheDefaultsAndNamesEveryKey() {
    var loaded = ConfigSources.defaults().file(EXAMPLE).load();
    assertEquals(MeshConfig.defaults(), loaded.config());
    var fromDefaults =
        loaded.settings().stream()
            .filter(setting -> setting.origin().equals(Origin.DEFAULT))
            .map(Setting::key)
            .filter(key -> !key.equals("node.labels")) // an empty table gives no value
            .toList();
    assertEquals(List.of(), fromDefaults);
  }

  @Test
  void aFileSaysWhoVotesAndWhereToListen() throws IOException {
    var config =
        load(
            """
            node = { name = "n4", region = "us", labels = { rack = "r1" } }
            listen = { mesh = "[::1]:0", transport = "h3" }
            http = { listen = "off" }
            discovery.seeds = ["127.0.0.1:7443", "b:1"]
            election.region = { profile = "fast", voters = ["us/n4", "us/n5"] }
            store.batch_bytes = "2MiB"
            """);
    var wanted =
        MeshConfig.defaults()
            .withNode(NodeConfig.of("us", "n4").withLabels(Map.of("rack", "r1")))
            .withListen(ListenConfig.of(new Endpoint("::1", 0)).withTransport(TransportChoice.H3))
            .withHttp(HttpConfig.off())
            .withDiscovery(
                new DiscoveryConfig(List.of(new Endpoint("127.0.0.1", 7443), new Endpoint("b", 1))))
            .withElection(
                ElectionConfig.defaults()
                    .withRegion(
                        new ElectionScopeConfig(
                            ElectionProfile.FAST,
                            List.of(NodeId.parse("us/n4"), NodeId.parse("us/n5")))))
            .withStore(StoreConfig.defaults().withBatchBytes(2L << 20));
    assertEquals(wanted, config);
  }

  /** T36: until the gate exists, this is what says which versions of the transport there are. */
  @Test
  void aFileSaysWhichVersionsOfTheTransportRegionsServe() throws IOException {
    var listen =
        load("listen = { legacy = \"b:9\", versions = [\"eu=1-2@1\", \"us=1-2\", \"ap=2\"] }\n")
            .listen();
    assertEquals(
        List.of(
            new VersionWindow("eu", 1, 2, 1),
            new VersionWindow("us", 1, 2, 2),
            new VersionWindow("ap", 2, 2, 2)),
        listen.versions());
    assertEquals(new Endpoint("b", 9), listen.legacy());
    assertEquals(
        List.of(true, true, false, false),
        java.util.stream.Stream.of("eu", "us", "ap", "sa").map(listen::servesLegacy).toList());
    var defaults = ListenConfig.defaults();
    assertEquals(List.of(), defaults.versions());
    assertEquals(false, defaults.servesLegacy("eu"));
  }

  @Test
  void versionsThatCannotBeAreRefusedWhereTheyStandEachForItsReason() throws IOException {
    var want =
        "want region=min-max or region=min-max@version of versions 1 and 2, such as \"eu=1-2@1\", not ";
    for (var text : List.of("eu", "eu=", "eu=0-2", "eu=1-3", "eu=1-2@3", "eu=1 - 2", "eu=1,2")) {
      var said = refused(file("listen.versions = [\"" + text + "\"]\n"));
      var wanted = ":1:1: error MK-CFG-005: `listen.versions`: " + want + '"' + text + '"';
      assertTrue(said.contains(wanted), said);
    }
    var rules =
        Map.of(
            "[\"eu=2-1\"]", "must have min <= version <= max, each 1 or 2",
            "[\"eu=1@2\"]", "must have min <= version <= max, each 1 or 2",
            "[\"eu=2@1\"]", "must have min <= version <= max, each 1 or 2",
            "[\"EU=1\"]", "must name regions of 1-40 of [a-z0-9-], first and last",
            "[\"eu=1\", \"eu=2\"]", "must name each region once");
    rules.forEach(
        (text, rule) -> {
          var config = ConfigSources.defaults().file(written("listen.versions = " + text + "\n"));
          var said = String.valueOf(assertThrows(InvalidConfig.class, config::load).getMessage());
          assertTrue(said.contains(":1:1: error MK-CFG-006: `listen.versions` " + rule), said);
        });
    var same =
        refused(file("listen = { mesh = \"a:9\", legacy = \"a:9\", versions = [\"eu=1\"] }\n"));
    assertTrue(same.contains("`listen.legacy` must be another port than that of"), same);
  }

  @Test
  void versionsReadWhatTheyWrite() {
    for (var text : List.of("eu=1", "eu=2", "eu=1-2", "eu=1-2@1")) {
      assertEquals(text, VersionWindow.parse(text).toString());
    }
  }

  @Test
  void aFlagBeatsAVariableBeatsTheFileAndEachIsRemembered() throws IOException {
    // given three sources that disagree, and one key nobody gives
    var file = file("node = { name = \"file\", region = \"file\", zone = \"file\" }\n");
    var loaded =
        ConfigSources.defaults()
            .flag("--name", "node.name", "flag")
            .environment(
                Map.of("MESHKIT_NODE__NAME", "variable", "MESHKIT_NODE__REGION", "variable"))
            .file(file)
            .load();
    // then the strongest wins, whatever order they were named in
    var node = loaded.config().node();
    assertEquals(new NodeConfig("flag", "variable", "file", Map.of()), node);
    assertEquals("--name", loaded.origin("node.name").place());
    assertEquals("MESHKIT_NODE__REGION", loaded.origin("node.region").place());
    assertEquals(file + ":1:42", loaded.origin("node.zone").place());
    assertEquals("default", loaded.origin("gossip.interval").place());
  }

  /** Kubernetes injects MESHKIT_PORT_… and MESHKIT_SERVICE_HOST: they are no typos. */
  @Test
  void onlyVariablesWithTwoUnderscoresAreOurs() {
    var foreign =
        Map.of("MESHKIT_PORT_7443_UDP", "udp://x", "MESHKIT_SERVICE_HOST", "10.0.0.1", "A__B", "1");
    assertEquals(
        MeshConfig.defaults(), ConfigSources.defaults().environment(foreign).load().config());
  }

  @Test
  void variablesTakeNumbersAndLists() {
    var given =
        Map.of(
            "MESHKIT_GOSSIP__SUSPICION_MAX", "9",
            "MESHKIT_DISCOVERY__SEEDS", "a:1, b:2",
            "MESHKIT_QUEUE__RETRY__LEASE", "10s");
    var config = ConfigSources.defaults().environment(given).load().config();
    assertEquals(9, config.gossip().suspicionMax());
    assertEquals(List.of(new Endpoint("a", 1), new Endpoint("b", 2)), config.discovery().seeds());
    assertEquals(Duration.ofSeconds(10), config.queue().retry().lease());
  }

  @Test
  void anUnknownKeyIsNamedWithPlaceCaretAndSuggestion() throws IOException {
    var file =
        file(
            """
            [gossip]
            intervall = "1s"
            """);
    assertEquals(
        file
            + """
            :2:1: error MK-CFG-001: unknown key `gossip.intervall`: did you mean `interval`?
            intervall = "1s"
            ^""",
        refused(file));
  }

  /** A receiver must not forget what a sender may still send it. */
  @Test
  void whatPeersSentIsRememberedForLongerThanItMayComeAgain() throws IOException {
    var file =
        file(
            """
            [queue.retry]
            ttl_control = "20d"
            """);
    assertTrue(
        refused(file)
            .endsWith(
                "error MK-CFG-007: `queue.inbox.keep` (30d) must be at least queue.retry.ttl_… +"
                    + " queue.poison.max_age + queue.retry.max_run (48970m)"),
        refused(file));
    var enough =
        file(
            """
            [queue.retry]
            ttl_control = "20d"
            [queue.inbox]
            keep = "48970m"
            """);
    var config = ConfigSources.defaults().file(enough).load().config();
    assertEquals(Duration.ofDays(34).plusMinutes(10), config.queue().inbox().keep());
  }

  /** Q33 What is brought back may be under way for max_run at the end: else none ever is. */
  @Test
  void whatPeersSentIsRememberedForLongerThanItMayBeUnderWay() {
    var queue = QueueConfig.defaults();
    var minute = Duration.ofMinutes(1);
    var brief =
        queue
            .withRetry(
                queue
                    .retry()
                    .withTtlControl(minute)
                    .withTtlState(minute)
                    .withTtlBulk(minute)
                    .withMaxRun(Duration.ofMinutes(10)))
            .withPoison(queue.poison().withMaxAge(minute));
    var least = Duration.ofMinutes(12);
    for (var keep : List.of(least.minusMillis(1), Duration.ofMinutes(10), minute)) {
      var inbox = queue.inbox().withKeep(keep);
      var refused = assertThrows(InvalidConfig.class, () -> brief.withInbox(inbox));
      assertEquals(
          "error MK-CFG-007: `queue.inbox.keep` ("
              + Units.duration(keep)
              + ") must be at least queue.retry.ttl_… + queue.poison.max_age + queue.retry.max_run"
              + " (12m)",
          refused.getMessage());
    }
    assertEquals(least, brief.withInbox(queue.inbox().withKeep(least)).inbox().keep());
  }

  @Test
  void everythingWrongIsSaidAtOnce() throws IOException {
    var file =
        file(
            """
            [gosip]
            interval = "1s"
            confirmers = 1
            [gossip]
            interval = "fast"
            suspicion_max = 2
            probe_interval = 5
            [store]
            batch_bytes = "1MB"
            batch_ops = 99999999
            [listen]
            transport = "h4"
            [http]
            listen = "0.0.0.0:80"
            [election.region]
            voters = ["us/n9"]
            [node]
            region = "EU"
            """);
    var places =
        assertThrows(InvalidConfig.class, () -> ConfigSources.defaults().file(file).load())
            .violations()
            .stream()
            .map(
                broken ->
                    broken.origin().place().replace(file + ":", "")
                        + " "
                        + broken.code()
                        + " "
                        + broken.key())
            .collect(Collectors.joining("\n"));
    assertEquals(
        """
        1:1 MK-CFG-002 gosip
        5:1 MK-CFG-005 gossip.interval
        6:1 MK-CFG-007 gossip.suspicion_max
        7:1 MK-CFG-005 gossip.probe_interval
        9:1 MK-CFG-005 store.batch_bytes
        10:1 MK-CFG-006 store.batch_ops
        12:1 MK-CFG-005 listen.transport
        14:1 MK-CFG-006 http.listen
        18:1 MK-CFG-006 node.region""",
        places);
  }

  @Test
  void aVariableIsCheckedLikeAKey() {
    var given = Map.of("MESHKIT_NODE__REGOIN", "us", "MESHKIT_LOG__LEVEL", "loud");
    var refused =
        assertThrows(InvalidConfig.class, () -> ConfigSources.defaults().environment(given).load());
    assertEquals(
        """
        MESHKIT_LOG__LEVEL: error MK-CFG-005: `log.level`: want one of "error", "warn", "info", "debug", not "loud"
        MESHKIT_NODE__REGOIN: error MK-CFG-001: unknown key `node.regoin`: did you mean `region`?""",
        refused.getMessage());
  }

  @Test
  void aRelationNamesBothSides() {
    var refused =
        assertThrows(
            InvalidConfig.class, () -> QueueRetryConfig.defaults().withCap(Duration.ofMillis(100)));
    assertEquals(
        "error MK-CFG-007: `queue.retry.cap` (100ms) must be at least queue.retry.base (200ms)",
        refused.getMessage());
  }

  @Test
  void votersOfARegionAreOfThatRegion() throws IOException {
    var text = refused(file("election.region.voters = [\"us/n9\"]\n"));
    assertTrue(
        text.contains(":1:1: error MK-CFG-006: `election.region.voters` must all be of"), text);
  }

  @Test
  void aFileThatIsNotTomlShowsWhere() throws IOException {
    var file = file("[node]\nname = n1\n");
    var text = refused(file);
    assertTrue(text.startsWith(file + ":2:8: error MK-CFG-004: not TOML: "), text);
    assertTrue(text.endsWith("\nname = n1\n       ^"), text);
  }

  @Test
  void aMissingFileSaysSo() {
    var text = refused(dir.resolve("none.toml"));
    assertTrue(text.contains("error MK-CFG-008: cannot read the configuration"), text);
  }

  /** O19 as a property: one letter wrong in any key is found at its exact place and put right. */
  @Test
  void oneWrongLetterInAnyKeyIsFoundWhereItStands() throws IOException {
    var lines = Files.readAllLines(EXAMPLE);
    for (var i = 0; i < lines.size(); i++) {
      var line = lines.get(i);
      if (!line.matches("[a-z_]+ = .*")) continue;
      var key = line.substring(0, line.indexOf(' '));
      var mutated = new java.util.ArrayList<>(lines);
      mutated.set(i, key + "x" + line.substring(key.length()));
      var text = refused(file(String.join("\n", mutated)));
      assertTrue(text.contains(":" + (i + 1) + ":1: error MK-CFG-00"), text);
      if (!key.equals("labels")) assertTrue(text.contains("did you mean `" + key + "`?"), text);
      assertTrue(text.lines().filter(one -> one.contains(": error MK-")).count() == 1, text);
    }
  }

  @Test
  void unitsReadWhatTheyWrite() {
    for (var text : List.of("0ms", "250ms", "2s", "90s", "10m", "6h", "7d")) {
      assertEquals(text, Units.duration(Units.duration(text)));
    }
    for (var text : List.of("0B", "1B", "64KiB", "3MiB", "8GiB", "2TiB")) {
      assertEquals(text, Units.size(Units.size(text)));
    }
    for (var bad : List.of("5", "ms", "1.5s", "-1s", "1 s", "1S", "")) {
      assertThrows(IllegalArgumentException.class, () -> Units.duration(bad), bad);
    }
    assertEquals(Long.MAX_VALUE, Units.size("999999999999999TiB"));
  }

  private Path file(String text) throws IOException {
    return Files.writeString(dir.resolve("meshkit.toml"), text);
  }

  private Path written(String text) {
    try {
      return file(text);
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  private MeshConfig load(String text) throws IOException {
    return ConfigSources.defaults().file(file(text)).load().config();
  }

  private static String refused(Path file) {
    return String.valueOf(
        assertThrows(InvalidConfig.class, () -> ConfigSources.defaults().file(file).load())
            .getMessage());
  }
}
