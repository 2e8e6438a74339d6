package dev.meshkit.packaging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs a program with exactly the given environment, and reads all it says. */
final class Shell {
  private Shell() {}

  record Outcome(int exit, String out, String err) {}

  static Outcome run(Path in, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    var err = Files.createTempFile("err", ".txt");
    try {
      var builder =
          new ProcessBuilder(List.of(command)).directory(in.toFile()).redirectError(err.toFile());
      builder.environment().clear();
      builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin"));
      builder.environment().putAll(environment);
      var process = builder.start();
      process.getOutputStream().close();
      var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Outcome(process.waitFor(), out, Files.readString(err));
    } finally {
      Files.deleteIfExists(err);
    }
  }

  /**
   * A directory that looks like a JDK of {@code version}; its {@code java} prints what it is given.
   */
  static Path fakeJdk(Path at, String version) throws IOException {
    Files.createDirectories(at.resolve("bin"));
    Files.writeString(
        at.resolve("release"), "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"" + version + "\"\n");
    for (var tool : List.of("java", "javac")) {
      var file =
          Files.writeString(at.resolve("bin").resolve(tool), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
      if (!file.toFile().setExecutable(true))
        throw new IOException("cannot make executable: " + file);
    }
    return at;
  }
}
