package dev.meshkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * O33: somebody else's ten lines, compiled without preview against the module path, run two nodes
 * in a JVM of their own, on the module path and on the class path.
 */
class SampleAppTest {
  private static final Path CLASSES = Path.of("target/classes");
  private static final Path SOURCES = Path.of("src/test/sample");
  private static final List<String> SAID = List.of("eu/a leads region/eu", "eu/a orders 42");

  @TempDir Path temp;

  @Test
  void aProgramOnTheModulePathElectsALeaderAndSendsAMessage() throws Exception {
    var sample = compiled();
    var flags =
        List.of(
            "--enable-native-access=dev.meshkit,io.netty.common,org.xerial.sqlitejdbc",
            "--illegal-native-access=deny",
            "--add-modules",
            "ALL-MODULE-PATH",
            "--module-path",
            path(Stream.concat(Stream.of(sample, CLASSES), jars())),
            "--module",
            "sample/sample.Sample");
    assertEquals(SAID, said(flags));
  }

  @Test
  void theSameProgramRunsOnTheClassPath() throws Exception {
    var sample = compiled();
    var flags =
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--illegal-native-access=deny",
            "--class-path",
            path(Stream.concat(Stream.of(sample, CLASSES), jars())),
            "sample.Sample");
    assertEquals(SAID, said(flags));
  }

  /** What it printed, its own lines only, in order. */
  private List<String> said(List<String> flags) throws Exception {
    var command =
        Stream.of(
                Stream.of(
                    JdkTool.path("java"),
                    "--enable-preview",
                    "-XX:TieredStopAtLevel=1", // it is over before C2 would pay
                    "-XX:+UseSerialGC",
                    "--sun-misc-unsafe-memory-access=allow"),
                flags.stream(),
                Stream.of(temp.resolve("data").toString()))
            .flatMap(part -> part)
            .toList();
    return JdkTool.ran(temp, command).lines().filter(line -> line.startsWith("eu/")).toList();
  }

  private Path compiled() throws Exception {
    var into = temp.resolve("sample");
    var command =
        Stream.of(
                JdkTool.path("javac"),
                "--release",
                "25",
                "-d",
                into.toString(),
                "--module-path",
                path(Stream.concat(Stream.of(CLASSES), jars())),
                SOURCES.resolve("module-info.java").toString(),
                SOURCES.resolve("sample/Sample.java").toString())
            .toList();
    JdkTool.ran(temp, command);
    return into;
  }

  /** The jars this test runs with, those of tests included; Maven's own bootstrap excluded. */
  static Stream<Path> jars() throws IOException {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(path -> path.toString().endsWith(".jar"))
        .filter(SampleAppTest::isOfTheProduct);
  }

  private static boolean isOfTheProduct(Path jar) {
    var name = jar.getFileName().toString();
    return Stream.of(
            "junit",
            "opentest4j",
            "apiguardian",
            "awaitility",
            "hamcrest",
            "jazzer",
            "jmh",
            "surefire",
            "jopt",
            "commons-math",
            "listenablefuture",
            "jsr305")
        .noneMatch(name::startsWith);
  }

  private static String path(Stream<Path> parts) {
    return parts.map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }
}
