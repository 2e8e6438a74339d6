package dev.meshkit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Received;
import dev.meshkit.config.DiscoveryConfig;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README promises exists. */
class ReadmeTest {
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)\\)");

  private static final String CLASS_PATH =
      Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
          .map(part -> Path.of(part).toAbsolutePath().toString())
          .collect(Collectors.joining(File.pathSeparator));

  private static String readme = "";

  @TempDir Path dir;

  @BeforeAll
  static void read() throws IOException {
    readme = Files.readString(Path.of("README.md"));
  }

  /**
   * Compiled without --enable-preview, since an application needs that to run only; then run with
   * the flags it names, beside the node that its message is for.
   */
  @Test
  void theProgramRuns() throws Exception {
    var data = dir.resolve("data");
    var received = new CopyOnWriteArrayList<String>();
    try (var us =
        MeshKit.builder(MeshKit.dev(free(MeshConfig.of("us", "n2", data.resolve("n2")))).orThrow())
            .on("message", message -> heard(received, message))
            .open()) {
      compile(at(us.endpoint()));
      var said = JdkTool.ran(dir, dir, command());
      assertTrue(said.lines().anyMatch(line -> line.contains("ap/n6")), said);
      // durable when it returned: if there was no time for it then, the node's next life sends it
      var n6 = free(MeshConfig.of("ap", "n6", data.resolve("n6")));
      var seeds = new DiscoveryConfig(List.of(us.endpoint()));
      try (var again = MeshKit.open(MeshKit.dev(n6.withDiscovery(seeds)).orThrow())) {
        await().until(() -> received.equals(List.of("ap/n6 42")));
        assertEquals(NodeId.of("ap", "n6"), again.self());
      }
    }
  }

  private static Ack heard(List<String> received, Received message) {
    received.add(message.from() + " " + message.message().body().utf8());
    return Ack.plain();
  }

  /** The program with the ports that this host has free, and nothing else changed. */
  private static String at(Endpoint mesh) {
    var program = JAVA.matcher(readme);
    assertTrue(program.find());
    var text = program.group(1);
    var config = "MeshConfig.of(\"ap\", \"n6\", Path.of(\"data/n6\"))";
    assertTrue(text.contains("\"127.0.0.1:7443\"") && text.contains(config), text);
    return text.replace("127.0.0.1:7443", mesh.toString())
        .replace(
            config,
            config
                + ".withListen(ListenConfig.of(new Endpoint(\"127.0.0.1\", 0)))"
                + ".withHttp(HttpConfig.off())");
  }

  private static MeshConfig free(MeshConfig config) {
    return config
        .withListen(ListenConfig.of(new Endpoint("127.0.0.1", 0)))
        .withHttp(HttpConfig.off());
  }

  private void compile(String program) throws IOException {
    var source =
        """
        import dev.meshkit.*;
        import dev.meshkit.api.*;
        import dev.meshkit.api.Disposition.Ack;
        import dev.meshkit.config.*;
        import java.nio.file.Path;
        import java.util.List;
        class Program {
          void main() throws Exception {
        %s  }
        }
        """
            .formatted(program);
    var file = Files.writeString(dir.resolve("Program.java"), source);
    var options = List.of("-proc:none", "-cp", CLASS_PATH, "-d", dir.toString(), file.toString());
    assertEquals(
        0,
        ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new)));
  }

  /** The flags of packaging/jvm.options that are for every process. */
  private List<String> command() throws IOException {
    var command = new ArrayList<>(List.of(JdkTool.path("java")));
    Files.readAllLines(Path.of("packaging/jvm.options")).stream()
        .takeWhile(line -> !line.equals("[agent]"))
        .filter(line -> line.startsWith("-"))
        .forEach(command::add);
    command.addAll(List.of("-cp", CLASS_PATH + File.pathSeparator + dir, "Program"));
    return command;
  }

  @Test
  void everyTargetOfMakeExists() throws IOException {
    var targets =
        found(Files.readString(Path.of("Makefile")), Pattern.compile("(?m)^([a-z]+):.*## "));
    var promised = found(readme, Pattern.compile("(?m)(?:^|`)make ([a-z]+)"));
    assertTrue(promised.contains("demo"), promised.toString());
    assertTrue(targets.containsAll(promised), promised + " of " + targets);
  }

  @Test
  void linksLeadSomewhere() {
    var links = found(readme, LINK);
    assertTrue(links.size() >= 3, links.toString());
    for (var link : links) assertTrue(Files.exists(Path.of(link)), link);
  }

  /** STYLE.md: a program that runs by line 70. */
  @Test
  void aRunStandsEarly() {
    var line = readme.lines().takeWhile(text -> !text.startsWith("make run")).count();
    assertTrue(line < 70, "make run stands in line " + line);
  }

  private static Set<String> found(String text, Pattern pattern) {
    return pattern.matcher(text).results().map(match -> match.group(1)).collect(Collectors.toSet());
  }
}
