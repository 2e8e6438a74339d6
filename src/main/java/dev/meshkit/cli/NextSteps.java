package dev.meshkit.cli;

import dev.meshkit.api.Endpoint;
import dev.meshkit.config.ElectionBirth;
import dev.meshkit.config.MeshConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a person can do once a node is ready. Each command works as it is printed, from the
 * directory the node was started in and beside other nodes on this host.
 */
final class NextSteps {
  private final Console console;
  private final MeshConfig config;
  private final boolean dev;

  /** Steps from a node of {@code config}; {@code dev} ones are joined from the same host. */
  NextSteps(Console console, MeshConfig config, boolean dev) {
    this.console = console;
    this.config = config;
    this.dev = dev;
  }

  /** The lines to print for a node that peers reach at {@code mesh}. */
  List<String> lines(Endpoint mesh) {
    var lines = new ArrayList<String>();
    if (isAlone()) lines.add("alone " + aloneBecause());
    lines.add(
        "next  " + (dev ? join(mesh) : "others join it by discovery.seeds, or --join " + mesh));
    lines.add(
        "      "
            + program()
            + " members --data "
            + quoted(config.data().dir())
            + "   ·   so too: leaders, queue, events, send --to "
            + config.node().name()
            + " -d hello");
    return lines;
  }

  /** Told of nobody, and not made to lead without anybody. */
  private boolean isAlone() {
    var global = config.election().global().voters();
    if (global.isEmpty() && config.election().vote().birth() == ElectionBirth.FOUND) return false;
    return config.discovery().seeds().isEmpty() && !global.equals(List.of(config.node().id()));
  }

  private String aloneBecause() {
    var others =
        config.election().global().voters().stream()
            .filter(voter -> !voter.equals(config.node().id()))
            .map(Object::toString)
            .collect(Collectors.joining(", "));
    return "it was told of no peer (--join, JOIN=, discovery.seeds), so it waits to be joined"
        + (others.isEmpty() ? "" : "; global is led from among " + others + ": join one of them");
  }

  private String join(Endpoint mesh) {
    var name = following(config.node().name());
    var data = config.data().dir().resolveSibling(name);
    if (!isMake()) {
      return program()
          + (" agent --dev --name " + name + " --region us --data " + quoted(data))
          + (" --join " + mesh);
    }
    var isUsual = data.normalize().equals(Path.of("data", name));
    return ("make run NODE=" + name + " REGION=us JOIN=" + mesh)
        + (isUsual ? "" : " DATA=" + quoted(data));
  }

  /** Whether this program is what {@code make build} leaves, started where the Makefile is. */
  private boolean isMake() {
    return program().equals("target/meshkit")
        && Files.exists(console.directory().resolve("Makefile"));
  }

  /** How this program was called, from here. */
  private String program() {
    var launcher = console.environment().getOrDefault("MESHKIT_LAUNCHER", "");
    if (launcher.isEmpty()) return "meshkit";
    var path = Path.of(launcher);
    return quoted(
        path.startsWith(console.directory()) ? console.directory().relativize(path) : path);
  }

  private static String quoted(Path path) {
    var text = path.toString();
    return text.matches("[A-Za-z0-9_@%+=:,./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  /** n2 for n1: the name whose ports come next. */
  private static String following(String name) {
    var digits = name.replaceAll("^.*?([0-9]{0,3})$", "$1");
    if (digits.isEmpty()) return name + "-2";
    return name.substring(0, name.length() - digits.length()) + (Integer.parseInt(digits) + 1);
  }
}
