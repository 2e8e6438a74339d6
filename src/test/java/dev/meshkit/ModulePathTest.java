package dev.meshkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** T22: on the module path with epoll, GSO and native QUIC; and every native is in the build. */
class ModulePathTest {
  @TempDir Path temp;

  /** The kernel of this machine can split datagrams, so bulk must leave as such. */
  @Test
  void theTransportRunsOnTheModulePathAtItsBest() throws Exception {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "epoll and GSO are Linux's");
    var path =
        Stream.concat(Stream.of(Path.of("target/classes")), SampleAppTest.jars())
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    var command =
        List.of(
            JdkTool.path("java"),
            "--enable-preview",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=dev.meshkit,io.netty.common",
            "-XX:TieredStopAtLevel=1",
            "--module-path",
            path,
            "--add-modules",
            "ALL-MODULE-PATH",
            "--patch-module",
            "dev.meshkit=target/test-classes",
            "--module",
            "dev.meshkit/dev.meshkit.grpc.ModuleProbe");
    var said =
        JdkTool.ran(temp, command)
            .lines()
            .filter(line -> line.matches("(module|quic|epoll|socket|bytes|segments) \\S+"))
            .toList();
    assertEquals(
        List.of(
            "module dev.meshkit",
            "quic true",
            "epoll true",
            "socket EpollDatagramChannel",
            "bytes 3600000",
            "segments true"),
        said);
  }

  /** Trap 4: newer releases of Netty lack some, and then a platform has no HTTP/3. */
  @ParameterizedTest
  @ValueSource(
      strings = {"linux-x86_64", "linux-aarch_64", "osx-x86_64", "osx-aarch_64", "windows-x86_64"})
  void theNativeOfEachPlatformIsInTheBuild(String classifier) throws Exception {
    var jars =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(
                jar -> jar.matches(".*netty-codec-native-quic-[\\w.]+-" + classifier + "\\.jar"))
            .toList();
    assertEquals(1, jars.size(), jars::toString);
    try (var jar = new JarFile(jars.getFirst())) {
      var natives =
          jar.stream()
              .filter(entry -> entry.getName().matches("META-INF/native/.+quiche.+"))
              .count();
      assertTrue(natives > 0, "no native library in " + jars);
    }
  }
}
