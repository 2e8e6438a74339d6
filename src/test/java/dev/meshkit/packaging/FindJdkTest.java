package dev.meshkit.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** O4: a JDK 25 is found by itself, or one reads where it was looked for. */
class FindJdkTest {
  private static final String SCRIPT = Path.of("packaging/find-jdk.sh").toAbsolutePath().toString();

  @TempDir Path root;

  @Test
  void javaHomeComesFirst() throws Exception {
    Shell.fakeJdk(root.resolve("usr/lib/jvm/jdk-25"), "25.0.1");
    var named = Shell.fakeJdk(root.resolve("my jdk"), "25");
    assertEquals(named + "\n", find(Map.of("JAVA_HOME", named.toString())).out());
  }

  @Test
  void anotherVersionInJavaHomeIsPassedOver() throws Exception {
    var old = Shell.fakeJdk(root.resolve("old"), "17.0.15");
    var usual = Shell.fakeJdk(root.resolve("usr/lib/jvm/temurin-25"), "25.0.1");
    assertEquals(usual + "\n", find(Map.of("JAVA_HOME", old.toString())).out());
  }

  @Test
  void theUsualDirectoriesAreSearchedInOrder() throws Exception {
    for (var place :
        new String[] {
          "home/.jdks/openjdk-25",
          "home/.sdkman/candidates/java/25.0.1-tem",
          "opt/jdk-25",
          "usr/lib/jvm/25"
        }) {
      var jdk = Shell.fakeJdk(root.resolve(place), "25.0.2");
      assertEquals(jdk + "\n", find(Map.of()).out());
    }
  }

  /** A version that only begins like ours is another one. */
  @Test
  void noneFoundNamesEachPlaceAndVersionAndTheRemedy() throws Exception {
    Shell.fakeJdk(root.resolve("usr/lib/jvm/jdk-17.25"), "17.0.9");
    Shell.fakeJdk(root.resolve("opt/jdk-251"), "251");
    Files.createDirectories(root.resolve("home/.jdks/jre-25"));
    var outcome = find(Map.of("JAVA_HOME", root + "/gone"));
    assertEquals(2, outcome.exit());
    assertEquals("", outcome.out());
    for (var said :
        new String[] {
          "MK-NODE-001",
          "JAVA_HOME=" + root + "/gone: no JDK",
          "usr/lib/jvm/jdk-17.25: version 17.0.9",
          "opt/jdk-251: version 251",
          "home/.jdks/jre-25: no JDK",
          "/Library/Java/JavaVirtualMachines/*25*: nothing there",
          "make JAVA_HOME=/path/to/jdk-25"
        }) {
      assertTrue(outcome.err().contains(said), () -> said + " in\n" + outcome.err());
    }
  }

  @Test
  void aRuntimeWithoutCompilerServesTheLauncherOnly() throws Exception {
    var jre = Shell.fakeJdk(root.resolve("usr/lib/jvm/jre-25"), "25.0.1");
    Files.delete(jre.resolve("bin/javac"));
    assertEquals(2, find(Map.of()).exit());
    var launcher =
        Shell.run(root, Map.of("JDK_ROOT", root.toString()), SCRIPT, "--runtime", root + "/none");
    assertEquals(jre + "\n", launcher.out());
  }

  /** Nothing of Maven or Java is started: the makefile stops before it. */
  @Test
  void makeStopsBeforeMavenWithoutAJdk() throws Exception {
    var outcome =
        Shell.run(
            Path.of("").toAbsolutePath(),
            Map.of("JDK_ROOT", root.toString(), "HOME", root.toString(), "JAVA_HOME", "/none"),
            "make",
            "check");
    assertEquals(2, outcome.exit());
    assertTrue(outcome.err().contains("MeshKit needs a JDK 25"), outcome.err());
    assertTrue(!(outcome.out() + outcome.err()).contains("mvnw"), outcome.out() + outcome.err());
  }

  private Shell.Outcome find(Map<String, String> more) throws IOException, InterruptedException {
    var environment = new java.util.HashMap<>(more);
    environment.put("JDK_ROOT", root.toString());
    environment.put("HOME", root.resolve("home").toString());
    return Shell.run(root, environment, SCRIPT);
  }
}
