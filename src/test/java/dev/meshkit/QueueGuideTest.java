package dev.meshkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.queue.SafeTaskQueue;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * docs/queue.md: its programs stand outside the module and see what it exports; compiled at once,
 * they run in one JVM on the module path, without preview, and print what stands beneath them.
 */
class QueueGuideTest {
  private static final Pattern PROGRAM =
      Pattern.compile("```java\n(.*?)```\n```text\n(.*?)```\n", Pattern.DOTALL);
  private static final Pattern COMMAND = Pattern.compile("```sh\n(.*?)```\n", Pattern.DOTALL);
  private static final String RUNNER =
      """
      void main(String[] names) throws Exception {
        for (var name : names) {
          IO.println("==== " + name);
          var type = Class.forName(name);
          var constructor = type.getDeclaredConstructor();
          constructor.setAccessible(true);
          var main = type.getDeclaredMethod("main");
          main.setAccessible(true);
          main.invoke(constructor.newInstance());
        }
      }
      """;

  private static String guide = "";

  @TempDir Path temp;

  @BeforeAll
  static void read() throws IOException {
    guide = Files.readString(Path.of("docs/queue.md"));
  }

  @Test
  void everyProgramPrintsWhatStandsBeneathIt() throws Exception {
    var wanted = new LinkedHashMap<String, String>();
    var sources = new ArrayList<>(List.of(source("Runner", RUNNER)));
    for (var program : PROGRAM.matcher(guide).results().toList()) {
      var name = "Program" + sources.size();
      sources.add(source(name, program.group(1)));
      wanted.put(name, program.group(2));
    }
    assertEquals(guide.split("```java\n", -1).length - 1, wanted.size(), "one has no output");
    var out = temp.resolve("out").toString();
    var flags =
        List.of("-proc:none", "-Xlint:all", "-Werror", "-d", out, "--module-path", modules());
    var outside = List.of("--add-modules", "dev.meshkit");
    JdkTool.ran(temp, joined(List.of(List.of(JdkTool.path("javac")), flags, outside, sources)));
    assertEquals(wanted, printed(List.copyOf(wanted.keySet()), out));
  }

  private String source(String name, String text) throws IOException {
    return Files.writeString(temp.resolve(name + ".java"), text).toString();
  }

  /** Where the programs keep their files there is nothing yet. */
  private Map<String, String> printed(List<String> names, String out) throws Exception {
    var natives = "--enable-native-access=dev.meshkit,org.xerial.sqlitejdbc";
    var flags =
        List.of(
            natives,
            "-XX:TieredStopAtLevel=1",
            "--module-path",
            modules(),
            "--add-modules",
            "dev.meshkit,org.xerial.sqlitejdbc",
            "--class-path",
            out,
            "Runner");
    var here = Files.createDirectory(temp.resolve("data"));
    var quietly = List.of("bash", "-c", "exec \"$0\" \"$@\" 2> log", JdkTool.path("java"));
    var said = JdkTool.ran(temp, here, joined(List.of(quietly, flags, names)));
    var printed = new LinkedHashMap<String, String>();
    for (var part : said.split("(?m)^==== ", -1)) {
      var end = part.indexOf('\n');
      if (end > 0) printed.put(part.substring(0, end), part.substring(end + 1));
    }
    return printed;
  }

  /** The command it gives, typed as it stands, with the class path it asks for. */
  @Test
  void theCommandRunsAProgram() throws Exception {
    var first = PROGRAM.matcher(guide).results().findFirst().orElseThrow();
    Files.writeString(temp.resolve("Program.java"), first.group(1));
    var commands = COMMAND.matcher(guide).results().map(found -> found.group(1)).toList();
    var typed = "export MESHKIT='" + classpath() + "'; " + commands.getFirst();
    assertEquals(1, commands.size());
    assertEquals(first.group(2), JdkTool.ran(temp, temp, List.of("bash", "-e", "-c", typed)));
  }

  @Test
  void everyMethodOfAQueueIsNamed() {
    var untold =
        List.of(
            "options",
            "fronts",
            "nextOrigin",
            "isOver",
            "monotonic",
            "settleAll",
            "enqueueAll",
            "linkUp");
    var missing =
        Stream.of(SafeTaskQueue.class.getDeclaredMethods())
            .filter(method -> !method.isSynthetic())
            .map(Method::getName)
            .distinct()
            .filter(name -> !untold.contains(name) && !guide.matches("(?s).*\\b" + name + "\\b.*"))
            .toList();
    assertEquals(List.of(), missing);
    assertTrue(guide.contains("dedupWindow"));
  }

  /** What the guide says a queue needs, and no more: no Netty, no gRPC. */
  private static String classpath() throws IOException {
    var needed = Pattern.compile("(sqlite-jdbc|micrometer|prometheus)-.*");
    var jars = SampleAppTest.jars().filter(jar -> needed.matcher(name(jar)).matches()).toList();
    assertTrue(jars.size() < 12, jars::toString);
    return path(Stream.concat(Stream.of(Path.of("target/classes")), jars.stream()));
  }

  private static String name(Path jar) {
    return jar.getFileName().toString();
  }

  private static String path(Stream<Path> parts) {
    return parts
        .map(path -> path.toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The module and what it requires; the logging of the distribution left out. */
  private static String modules() throws IOException {
    var jars = SampleAppTest.jars().filter(jar -> !name(jar).matches("(logback|slf4j).*"));
    return path(Stream.concat(Stream.of(Path.of("target/classes")), jars));
  }

  private static List<String> joined(List<List<String>> parts) {
    return parts.stream().flatMap(List::stream).toList();
  }
}
