package dev.meshkit.packaging;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A checkout that {@code make build} has nothing left to do in: the Makefile and the launcher of
 * this one, and the classes that the tests run with, instead of a second build beside the first.
 */
final class Checkout {
  private final Path root;

  private Checkout(Path root) {
    this.root = root;
  }

  /** Makes one in an empty directory. */
  static Checkout in(Path root) throws IOException {
    Files.createDirectories(root.resolve("target/lib"));
    for (var file : List.of("Makefile", "pom.xml")) copy(Path.of(file), root.resolve(file));
    for (var home : List.of("packaging", "target/packaging")) {
      Files.createDirectories(root.resolve(home));
      for (var file : List.of("find-jdk.sh", "train.sh", "jvm.options", "logback.xml")) {
        copy(Path.of("packaging", file), root.resolve(home).resolve(file));
      }
    }
    Files.writeString(
        root.resolve("target/packaging/jvm.options"),
        "\n[all]\n-XX:TieredStopAtLevel=1\n", // what runs here is over before C2 would pay
        StandardOpenOption.APPEND);
    jar(root.resolve("target/lib/classes.jar"));
    var launcher = root.resolve("target/meshkit");
    copy(Path.of("packaging/launcher.sh"), launcher);
    if (!launcher.toFile().setExecutable(true)) throw new IOException("cannot run " + launcher);
    var now = Files.getLastModifiedTime(root.resolve("target/lib")).toMillis();
    Files.setLastModifiedTime(launcher, FileTime.fromMillis(now));
    var cache =
        Files.createFile(root.resolve("target/meshkit.aot")); // it fits nothing: passed over
    Files.setLastModifiedTime(cache, FileTime.fromMillis(now + 1_000));
    return new Checkout(root);
  }

  /** One jar that names the class path of the tests: the launcher takes jars only. */
  private static void jar(Path file) throws IOException {
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(part -> Path.of(part).toUri().toString()) // of a directory it ends in a slash
                .collect(Collectors.joining(" ")));
    try (var jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
      jar.finish();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
  }

  /** Its directory. */
  Path root() {
    return root;
  }

  /** Starts a command there, standard error beside standard output. */
  Process start(String... command) throws IOException {
    var builder = new ProcessBuilder(command).directory(root.toFile()).redirectErrorStream(true);
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("MAKE") || name.equals("MFLAGS"));
    builder.environment().remove("MESHKIT_LAUNCHER");
    builder.environment().putAll(Map.of("JAVA_HOME", System.getProperty("java.home")));
    return builder.start();
  }

  /** Ends a process and all it has started. */
  static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
