package dev.meshkit.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** O5: the launcher starts from anywhere, with the flags of jvm.options and no others. */
class LauncherTest {
  @TempDir Path root;

  private Path home;
  private Path jdk;

  @BeforeEach
  void installIntoAPathWithSpaces() throws IOException {
    home = root.resolve("my mesh kit");
    Files.createDirectories(home.resolve("packaging"));
    Files.createDirectories(home.resolve("lib"));
    for (var file : List.of("find-jdk.sh", "jvm.options", "logback.xml")) {
      Files.copy(Path.of("packaging", file), home.resolve("packaging").resolve(file));
    }
    executable(home.resolve("packaging/find-jdk.sh"));
    Files.copy(Path.of("packaging/launcher.sh"), home.resolve("meshkit"));
    executable(home.resolve("meshkit"));
    Files.createFile(home.resolve("meshkit-1.jar"));
    Files.createFile(home.resolve("lib/a.jar"));
    Files.createFile(home.resolve("lib/b.jar"));
    jdk = Shell.fakeJdk(root.resolve("jdk"), "25.0.1");
  }

  @Test
  void itWorksThroughASymlinkFromAnyDirectory() throws Exception {
    Files.createDirectories(root.resolve("bin"));
    Files.createSymbolicLink(root.resolve("bin/mk"), Path.of("../my mesh kit/meshkit"));
    Files.createSymbolicLink(root.resolve("mk"), root.resolve("bin/mk"));
    var said = run(root.resolve("bin"), root.resolve("mk").toString(), "send", "-d", "two words");
    var classpath = home + "/meshkit-1.jar:" + home + "/lib/a.jar:" + home + "/lib/b.jar";
    assertEquals(
        List.of("-cp", classpath, "dev.meshkit.cli.Main", "send", "-d", "two words"),
        said.subList(said.size() - 6, said.size()));
  }

  @Test
  void agentAndClientVerbsHaveFlagsOfTheirOwn() throws Exception {
    var agent = run(root, home + "/meshkit", "agent");
    assertTrue(agent.contains("-Xmx128m") && agent.contains("--enable-preview"), agent.toString());
    assertTrue(!agent.contains("-XX:TieredStopAtLevel=1"), agent.toString());
    var client = run(root, home + "/meshkit", "members");
    assertTrue(
        client.containsAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1")), client.toString());
    assertTrue(!client.contains("-Xmx128m"), client.toString());
  }

  /** The flags stand in jvm.options alone; the launcher adds where things are, and nothing else. */
  @Test
  void noFlagHidesInTheLauncher() throws Exception {
    var options = Files.readAllLines(home.resolve("packaging/jvm.options"));
    for (var flag : run(root, home + "/meshkit", "agent")) {
      var place = flag.equals("-cp") || flag.startsWith("-Dlogback.configurationFile=");
      assertTrue(!flag.startsWith("-") || place || options.contains(flag), flag);
    }
  }

  /** A client verb is over before the cache would pay. */
  @Test
  void theAgentUsesTheCacheWhenThereIsOne() throws Exception {
    var option = "-XX:AOTCache=" + home + "/meshkit.aot";
    assertTrue(!run(root, home + "/meshkit", "agent").contains(option));
    Files.createFile(home.resolve("meshkit.aot"));
    assertTrue(run(root, home + "/meshkit", "agent").contains(option));
    assertTrue(!run(root, home + "/meshkit", "version").contains(option));
  }

  @Test
  void withoutAJdkItSaysWhatIsMissing() throws Exception {
    var old = Shell.fakeJdk(root.resolve("old"), "17.0.1");
    var outcome =
        Shell.run(
            root,
            Map.of(
                "JDK_ROOT",
                root.toString(),
                "JAVA_HOME",
                old.toString(),
                "HOME",
                root.toString(),
                "PATH",
                pathWithout25()),
            home + "/meshkit",
            "version");
    assertEquals(2, outcome.exit());
    assertTrue(outcome.err().contains("JAVA_HOME=" + old + ": version 17.0.1"), outcome.err());
  }

  /** The tools the script uses, and a java that is too old. */
  private String pathWithout25() throws IOException {
    var bin = Files.createDirectories(root.resolve("tools"));
    for (var tool : List.of("bash", "readlink", "dirname", "basename", "env")) {
      var wrapper = bin.resolve(tool);
      Files.writeString(
          wrapper, "#!/bin/sh\nexec \"$(PATH=/usr/bin:/bin command -v " + tool + ")\" \"$@\"\n");
      executable(wrapper);
    }
    return bin.toString();
  }

  private List<String> run(Path in, String... command) throws Exception {
    var outcome = Shell.run(in, Map.of("JAVA_HOME", jdk.toString()), command);
    assertEquals("", outcome.err());
    assertEquals(0, outcome.exit());
    return outcome.out().lines().toList();
  }

  private static void executable(Path file) throws IOException {
    if (!file.toFile().setExecutable(true))
      throw new IOException("cannot make executable: " + file);
  }
}
