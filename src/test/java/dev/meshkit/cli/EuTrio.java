package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Processes of region eu whose voters are n1, n2 and n3, each with data below a directory. */
record EuTrio(Path directory) {
  private static final String SCOPE = "region/eu";

  Child start(String name, String... more) throws IOException {
    var args = new ArrayList<>(List.of("agent", "--dev", "--http", "off", "--region", "eu"));
    args.addAll(List.of("--name", name, "--data", "data/" + name, "--listen", "127.0.0.1:0"));
    args.addAll(List.of("--region-voters", "eu/n1,eu/n2,eu/n3"));
    args.addAll(List.of("--global-voters", "eu/n1,eu/n2,eu/n3"));
    args.addAll(List.of(more));
    return Child.start(directory, args.toArray(String[]::new));
  }

  /** A line of the CLI, asked of that node. */
  Shell.Ran run(String node, String line) {
    var words = new ArrayList<>(List.of(line.split(" ")));
    words.addAll(List.of("--data", "data/" + node));
    return Shell.in(directory).run(words.toArray(String[]::new));
  }

  static JsonObject parsed(Shell.Ran ran) {
    assertEquals(0, ran.exit(), ran.err());
    return JsonParser.parseString(ran.out()).getAsJsonObject();
  }

  /** What that node says of the region's scope; empty while it knows none. */
  JsonObject scope(String node) {
    for (var item : parsed(run(node, "leaders -o json")).getAsJsonArray("items")) {
      var scope = item.getAsJsonObject();
      if (scope.get("scope").getAsString().equals(SCOPE)) return scope;
    }
    return new JsonObject();
  }
}
