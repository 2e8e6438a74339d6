package dev.meshkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * docs/grpc-http3.md: a program outside the module talks gRPC over HTTP/3 to a server of its own,
 * with nothing on its module path but what the guide lists; and the guide shows what ran.
 */
class Http3GuideTest {
  private static final Path SOURCES = Path.of("src/test/guide");
  private static final Path STUBS = Path.of("target/generated-test-sources/protobuf/greetings");
  private static final Pattern BLOCK = Pattern.compile("```(\\w+)\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([\\w.]+)` \\| `([\\w.:-]+)` \\|");

  private static String guide = "";

  @TempDir Path temp;

  @BeforeAll
  static void read() throws IOException {
    guide = Files.readString(Path.of("docs/grpc-http3.md"));
  }

  @Test
  void theGuideShowsWhatRuns() throws IOException {
    assertEquals(
        List.of(text("greetings/Greetings.java"), text("module-info.java")), blocks("java"));
    assertEquals(List.of(text("proto/greetings.proto")), blocks("proto"));
    assertEquals(text("certificates.sh"), blocks("sh").getFirst());
  }

  @Test
  void everyMethodOfTheBuildersIsNamed() {
    var builders =
        Stream.of(
            dev.meshkit.grpc.Http3ChannelBuilder.class, dev.meshkit.grpc.Http3ServerBuilder.class);
    var missing =
        builders
            .flatMap(builder -> Stream.of(builder.getDeclaredMethods()))
            .filter(method -> java.lang.reflect.Modifier.isPublic(method.getModifiers()))
            .map(java.lang.reflect.Method::getName)
            .filter(name -> !name.equals("build") && !guide.contains("`" + name))
            .distinct()
            .toList();
    assertEquals(List.of(), missing);
  }

  @Test
  void bothSidesOfTheChangeCompile() throws IOException {
    var change = blocks("diff").getFirst();
    compiles("Before", change.lines().filter(line -> line.startsWith("-")));
    compiles("After", change.lines().filter(line -> line.startsWith("+")));
  }

  @Test
  void theProgramRunsWithNothingButTheListedModules() throws Exception {
    var mods = mods();
    var said = JdkTool.ran(temp, temp, List.of("bash", "-e", "-c", blocks("sh").getFirst()));
    assertTrue(Files.exists(temp.resolve("client.p12")), said);
    compileTo(mods.resolve("greetings"), mods);
    var command = new ArrayList<>(List.of(blocks("sh").get(1).strip().split(" ")));
    assertEquals("java", command.set(0, JdkTool.path("java")));
    assertEquals(blocks("text").getFirst(), JdkTool.ran(temp, temp, command));
  }

  /** The artifacts that the guide lists, for this machine. */
  private Path mods() throws Exception {
    var mods = Files.createDirectory(temp.resolve("mods"));
    var rows = ROW.matcher(guide).results().toList();
    assertTrue(rows.size() > 15, rows::toString);
    for (var row : rows) {
      var jar = jar(row);
      if (jar.isPresent()) Files.copy(jar.get(), mods.resolve(jar.get().getFileName()));
    }
    var module = mods.resolve("meshkit.jar").toString();
    var jar = JdkTool.path("jar");
    JdkTool.ran(temp, List.of(jar, "--create", "--file", module, "-C", "target/classes", "."));
    return mods;
  }

  /** The jar of an artifact; none for the module itself, which is not packed yet. */
  private static Optional<Path> jar(MatchResult row) {
    var parts = row.group(2).split(":");
    if (parts[1].equals("meshkit")) return Optional.empty();
    var classifier = parts.length > 2 ? "-" + parts[2].replace("x86_64", arch()) : "";
    var name = Pattern.compile(Pattern.quote(parts[1]) + "-[0-9][\\w.-]*?" + classifier + "\\.jar");
    var found =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .filter(path -> name.matcher(path.getFileName().toString()).matches())
            .toList();
    assertEquals(1, found.size(), row.group() + " is " + found);
    return Optional.of(found.getFirst());
  }

  private static String arch() {
    return System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
  }

  private void compileTo(Path out, Path mods) throws Exception {
    try (var stubs = Files.walk(STUBS)) {
      var sources =
          Stream.concat(
              Stream.of(
                  SOURCES.resolve("module-info.java"), SOURCES.resolve("greetings/Greetings.java")),
              stubs.filter(path -> path.toString().endsWith(".java")));
      var command =
          Stream.concat(
              Stream.of(JdkTool.path("javac"), "--release", "25", "-d", out.toString()),
              Stream.concat(
                  Stream.of("--module-path", mods.toString()), sources.map(Path::toString)));
      JdkTool.ran(temp, command.toList());
    }
  }

  private void compiles(String name, Stream<String> lines) throws IOException {
    var source =
        """
        import dev.meshkit.grpc.*;
        import io.grpc.*;
        import io.grpc.netty.*;
        class %s {
          void run(
              BindableService service,
              io.netty.handler.ssl.SslContext serverTls,
              io.netty.handler.ssl.SslContext clientTls,
              javax.net.ssl.X509ExtendedKeyManager key,
              javax.net.ssl.X509ExtendedTrustManager trust) {
        %s
          }
        }
        """
            .formatted(
                name, lines.map(line -> line.substring(1)).collect(Collectors.joining("\n")));
    var file = Files.writeString(temp.resolve(name + ".java"), source);
    var classpath = System.getProperty("java.class.path");
    assertEquals(
        0,
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                classpath,
                "-d",
                temp.toString(),
                file.toString()));
  }

  private static String text(String file) throws IOException {
    return Files.readString(SOURCES.resolve(file));
  }

  private static List<String> blocks(String language) {
    return BLOCK
        .matcher(guide)
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }
}
