package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.meshkit.MeshKit;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Mesh;
import dev.meshkit.config.DiscoveryConfig;
import dev.meshkit.config.GateConfig;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.config.VersionWindow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.io.TempDir;

/** Nodes in this process, and what their operators are told. */
abstract class GateMesh {
  static final String TRANSPORT = "meshkit::transport::us";
  static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path directory;
  final List<String> got = new CopyOnWriteArrayList<>();
  GateConfig gates = GateConfig.defaults();

  Mesh open(String region, String name, Endpoint... seeds) {
    return open(region, name, List.of(), seeds);
  }

  Mesh open(String region, String name, List<VersionWindow> versions, Endpoint... seeds) {
    var any = new Endpoint("127.0.0.1", 0);
    var config =
        MeshConfig.of(region, name, directory.resolve("data").resolve(name))
            .withDiscovery(new DiscoveryConfig(List.of(seeds)))
            .withListen(ListenConfig.of(any).withLegacy(any).withVersions(versions))
            .withHttp(HttpConfig.off())
            .withGate(gates);
    return MeshKit.builder(MeshKit.dev(config).orThrow())
        .on(
            "orders",
            order -> {
              got.add(name + " " + order.message().body().utf8());
              return Ack.plain();
            })
        .open();
  }

  Shell.Ran run(String node, String line) {
    var args = new ArrayList<>(List.of(line.split(" ")));
    args.addAll(List.of("--data", "data/" + node));
    return Shell.in(directory).run(args.toArray(String[]::new));
  }

  JsonObject json(String node, String line) {
    var ran = run(node, line + " -o json");
    assertEquals(0, ran.exit(), ran.err());
    return JsonParser.parseString(ran.out()).getAsJsonObject();
  }

  JsonArray items(String node, String line) {
    return json(node, line).getAsJsonArray("items");
  }

  /** What carries the link from one node to another. */
  String road(String from, String to) {
    for (var item : items(from, "members"))
      if (item.getAsJsonObject().get("node").getAsString().equals(to))
        return item.getAsJsonObject().get("road").getAsString();
    return "none";
  }

  boolean isLed(String node, String scope) {
    for (var item : items(node, "leaders"))
      if (item.getAsJsonObject().get("scope").getAsString().equals(scope))
        return item.getAsJsonObject().get("state").getAsString().equals("LED");
    return false;
  }

  String legacy(String node) {
    return json(node, "status").getAsJsonObject("listeners").get("legacy").getAsString();
  }

  static String text(JsonObject from, String... fields) {
    return String.join(" ", List.of(fields).stream().map(f -> from.get(f).toString()).toList());
  }
}
