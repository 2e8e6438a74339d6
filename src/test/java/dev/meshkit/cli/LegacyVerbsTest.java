package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.meshkit.MeshKit;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Mesh;
import dev.meshkit.config.DiscoveryConfig;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.config.VersionWindow;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** T36: what an operator sees of the legacy socket, of nodes as they are. */
@Timeout(240)
class LegacyVerbsTest {
  @TempDir private Path directory;

  @Test
  void statusMembersAndEventsTellOfTheLegacySocketAsOfOtherRoads() throws Exception {
    var versions = List.of(VersionWindow.parse("eu=1-2@1"), VersionWindow.parse("us=1-2"));
    try (var n1 = node("eu", "n1", versions);
        var n2 = node("us", "n2", versions, n1.members().getFirst().at())) {
      // when the two talk over it
      await().until(() -> "LEGACY".equals(road("n1", "n2")) && "LEGACY".equals(road("n2", "n1")));
      // then each says where it listens, and somebody does
      for (var name : List.of("n1", "n2")) {
        var status = json(name, "status");
        var at = status.getAsJsonObject("listeners").get("legacy").getAsString();
        var port = Integer.parseInt(at.substring("127.0.0.1:".length()));
        new Socket("127.0.0.1", port).close();
        assertTrue(run(name, "status").out().contains("   legacy " + at + '\n'), at);
        assertEquals(1, status.getAsJsonObject("roads").get("legacy").getAsInt());
      }
      // and whoever dialled has noted it, with the change of road
      var told = List.of(events("n1"), events("n2"));
      assertTrue(told.contains(List.of("link.legacy")), told.toString());
      assertTrue(run("n1", "members").out().contains("LEGACY"));
      assertEquals("us/n2", String.valueOf(n2.self()));
    }
  }

  @Test
  void aNodeWithoutALegacyPortNamesNone() {
    try (var n1 = node("eu", "n1", List.of())) {
      assertEquals("eu/n1", String.valueOf(n1.self()));
      var listeners = json("n1", "status").getAsJsonObject("listeners");
      assertEquals("", listeners.get("legacy").getAsString());
      var page = run("n1", "status").out().lines().filter(line -> line.startsWith("listens"));
      assertFalse(page.findFirst().orElseThrow().contains("legacy"));
    }
  }

  private Mesh node(String region, String name, List<VersionWindow> versions, Endpoint... seeds) {
    var loopback = new Endpoint("127.0.0.1", 0);
    var config =
        MeshConfig.of(region, name, directory.resolve("data").resolve(name))
            .withDiscovery(new DiscoveryConfig(List.of(seeds)))
            .withListen(ListenConfig.of(loopback).withLegacy(loopback).withVersions(versions))
            .withHttp(HttpConfig.off());
    return MeshKit.builder(MeshKit.dev(config).orThrow()).open();
  }

  private String road(String of, String to) {
    return items(json(of, "members")).stream()
        .filter(member -> member.get("node").getAsString().endsWith(to))
        .map(member -> member.get("road").getAsString())
        .findFirst()
        .orElse("");
  }

  private List<String> events(String of) {
    return items(json(of, "events")).stream()
        .map(event -> event.get("type").getAsString())
        .filter(type -> type.startsWith("link."))
        .toList();
  }

  private static List<JsonObject> items(JsonObject list) {
    return StreamSupport.stream(list.getAsJsonArray("items").spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  private JsonObject json(String of, String verb) {
    var ran = run(of, verb, "-o", "json");
    assertEquals(0, ran.exit(), ran.err());
    return JsonParser.parseString(ran.out()).getAsJsonObject();
  }

  private Shell.Ran run(String of, String... args) {
    var line = new java.util.ArrayList<>(List.of(args));
    line.addAll(List.of("--data", "data/" + of, "--timeout", "60s"));
    return Shell.in(directory).run(line.toArray(String[]::new));
  }
}
