package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.config.DiscoveryConfig;
import dev.meshkit.config.MeshConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** O1: each command a node prints names the node, so it works beside others on the host. */
class NextStepsTest {
  private static final Endpoint MESH = new Endpoint("127.0.0.1", 7443);
  private static final NodeId N1 = NodeId.of("eu", "n1");

  @TempDir private Path directory;

  @Test
  void whereTheMakefileIsMakeRunJoins() throws IOException {
    Files.createFile(directory.resolve("Makefile"));
    var launcher = directory.resolve("target/meshkit").toString();
    assertEquals(
        List.of(
            "next  make run NODE=n2 REGION=us JOIN=127.0.0.1:7443",
            "      target/meshkit members --data ./data/n1   ·   so too: leaders, queue, events,"
                + " send --to n1 -d hello"),
        lines(launcher, sole("./data/n1"), true));
    assertEquals(
        "next  make run NODE=n2 REGION=us JOIN=127.0.0.1:7443 DATA='/a b/n2'",
        lines(launcher, sole("/a b/n1"), true).getFirst());
  }

  @Test
  void elsewhereTheProgramItselfDoes() {
    assertEquals(
        "next  /opt/mk/bin/meshkit agent --dev --name n2 --region us --data d/n2 --join " + MESH,
        lines("/opt/mk/bin/meshkit", sole("d/n1"), true).getFirst());
  }

  @Test
  void whoWasToldOfNobodyAndCannotLeadAloneSaysSo() {
    var voters = List.of(N1, NodeId.of("us", "n4"));
    var election = MeshConfig.defaults().election();
    var waiting =
        sole("d/n1").withElection(election.withGlobal(election.global().withVoters(voters)));
    assertEquals(
        List.of(
            "alone it was told of no peer (--join, JOIN=, discovery.seeds), so it waits to be"
                + " joined; global is led from among us/n4: join one of them",
            "next  others join it by discovery.seeds, or --join 127.0.0.1:7443",
            "      meshkit members --data d/n1   ·   so too: leaders, queue, events, send --to n1"
                + " -d hello"),
        lines("", waiting, false));
    var told = waiting.withDiscovery(new DiscoveryConfig(List.of(new Endpoint("h", 1))));
    assertEquals(2, lines("", told, false).size());
  }

  private List<String> lines(String launcher, MeshConfig config, boolean dev) {
    var nowhere = new PrintStream(OutputStream.nullOutputStream());
    var environment =
        launcher.isEmpty() ? Map.<String, String>of() : Map.of("MESHKIT_LAUNCHER", launcher);
    var in = new ByteArrayInputStream(new byte[0]);
    var console = new Console(in, nowhere, nowhere, environment, directory, false);
    return new NextSteps(console, config, dev).lines(MESH);
  }

  private static MeshConfig sole(String data) {
    var config = MeshConfig.of("eu", "n1", Path.of(data));
    var election = config.election();
    return config.withElection(election.withGlobal(election.global().withVoters(List.of(N1))));
  }
}
