package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Mesh;
import dev.meshkit.cli.DemoSightings.Claim;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.control.proto.DemoSummary;
import dev.meshkit.runtime.Clocks;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * O3: each fault, alone, is found by what finds real ones: the watch by asking admin sockets, the
 * ledger by reading a real node's file, the kernel's list of processes. One real node answers for
 * n1, and, asked by another path, for n5; the processes that stand for them only wait.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DemoHonestyTest {
  private static final int MESSAGES = 3;

  @TempDir private Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private Console console;
  private DemoMesh mesh;
  private Mesh node;

  @BeforeEach
  void open() throws IOException {
    var waits =
        Files.writeString(directory.resolve("waits"), "#!/bin/sh\ntrap 'exit 0' TERM\nread x\n");
    Files.setPosixFilePermissions(waits, PosixFilePermissions.fromString("rwx------"));
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            print,
            print,
            Map.of("MESHKIT_LAUNCHER", waits.toString()),
            directory,
            false);
    mesh = DemoMesh.create(console, false);
    var config =
        MeshConfig.of("eu", "n1", mesh.data(mesh.node("n1")))
            .withListen(ListenConfig.of(new Endpoint("127.0.0.1", 0)))
            .withHttp(HttpConfig.off());
    node =
        MeshKit.builder(MeshKit.dev(config).orThrow()).on(Letterbox.KIND, new Letterbox()).open();
    Files.createSymbolicLink(mesh.data(mesh.node("n5")), mesh.data(mesh.node("n1")));
    for (var name : List.of("n1", "n5")) mesh.start(mesh.node(name));
  }

  @AfterEach
  void close() {
    node.close();
    mesh.close();
  }

  /** What is planted, and lost, duplicated, dual leaders and processes left as they must be. */
  record Case(List<DemoPlant> plants, int lost, int duplicated, boolean dual, int left) {}

  static Stream<Case> cases() {
    return Stream.of(
        new Case(List.of(), 0, 0, false, 0),
        new Case(List.of(DemoPlant.lose), 1, 0, false, 0),
        new Case(List.of(DemoPlant.duplicate), 0, 1, false, 0),
        new Case(List.of(DemoPlant.dual), 0, 0, true, 0),
        new Case(List.of(DemoPlant.process), 0, 0, false, 1));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aFaultAloneIsTheOneThatIsCounted(Case planted) throws IOException, InterruptedException {
    var summary = run(planted.plants(), false);
    assertEquals(planted.lost(), summary.getLost());
    assertEquals(planted.duplicated(), summary.getDuplicated());
    assertEquals(planted.dual(), summary.getDualLeaders() > 0);
    assertEquals(planted.left(), summary.getProcessesLeft());
    assertEquals(MESSAGES, summary.getSent());
    assertEquals(planted.plants().isEmpty(), summary.getOk(), summary.toString());
    assertEquals(planted.plants().isEmpty() ? 0 : 1, DemoCommand.report(console, summary));
  }

  /** A file that cannot be read fails the end, and every count is there all the same. */
  @Test
  void whatCannotBeReadIsNotTakenForDelivered() throws IOException, InterruptedException {
    var summary = run(List.of(DemoPlant.dual), true);
    assertEquals(MESSAGES, summary.getSent());
    assertEquals(MESSAGES, summary.getLost());
    assertTrue(summary.getDualLeaders() > 0);
    assertEquals(0, summary.getProcessesLeft());
    assertEquals(1, DemoCommand.report(console, summary));
    assertTrue(summary.getSteps(0).getText().contains("mesh.db: "), summary.toString());
  }

  private DemoSummary run(List<DemoPlant> plants, boolean garbled)
      throws IOException, InterruptedException {
    var n1 = mesh.node("n1");
    var monotonic = Clocks.system().monotonic();
    var ledger = new DemoLedger();
    try (var watch = DemoWatch.start(mesh, plants, monotonic)) {
      assertEquals(MESSAGES, new DemoTraffic(mesh, ledger).send(n1, n1, MESSAGES));
      await().until(() -> Letters.in(mesh.data(n1)).size() == MESSAGES);
      var before = new Claim("region/eu", 0, 0, "");
      await().until(() -> watch.sightings().gapAfter(before, Instant.EPOCH).isPresent());
      var wanted = plants.contains(DemoPlant.dual);
      await().until(() -> watch.sightings().dualLeaders().isEmpty() != wanted);
      node.close();
      Files.delete(mesh.data(mesh.node("n5"))); // the link: n1's file is one receiver's
      if (garbled) garble(mesh.data(n1).resolve("mesh.db"));
      var steps = new DemoSteps(console.out(), monotonic, 0);
      var summary = DemoSummary.newBuilder();
      steps.always("stop", () -> new DemoEnd(mesh, watch, ledger, plants).run(summary));
      return DemoScript.summed(summary, steps);
    }
  }

  private static void garble(Path file) throws IOException {
    var noise = new byte[8_192];
    Arrays.fill(noise, (byte) 'x');
    Files.write(file, noise);
  }
}
