package dev.meshkit.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.meshkit.cli.Main;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * JVMs that tests start, on the class path of the tests. They share an AOT cache, made once for
 * what is compiled: a start with it costs half the processor time of one without, and the tests
 * make a hundred.
 */
public final class Jvm {
  private static final List<String> FLAGS =
      List.of(
          "--enable-preview",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1"); // they are over before C2 would pay

  private static final Path HOME = Path.of("target/test-jvm").toAbsolutePath();

  /** What the class path is made of; the rest of it, jars, is named in its place. */
  private static final List<Path> CLASS_PATH =
      Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
          .map(Path::of)
          .toList();

  private Jvm() {}

  /** This JDK's {@code java}. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /**
   * The beginning of a command line: to be followed by a main class and its arguments. The first
   * call blocks for seconds while the cache is made, by this process or another one.
   *
   * @param more flags besides those that MeshKit needs
   */
  public static List<String> command(String... more) {
    var command = new ArrayList<String>();
    command.add(java());
    command.addAll(FLAGS);
    command.add("-XX:AOTCache=" + Made.CACHE);
    command.addAll(List.of(more));
    command.addAll(List.of("-cp", Made.JARS));
    return command;
  }

  /** Has programs of guides, which run in {@code directory}, find how the agent logs. */
  public static void packaging(Path directory) throws IOException {
    var there = Files.createDirectories(directory.resolve("target/packaging"));
    Files.copy(Path.of("packaging/logback.xml"), there.resolve("logback.xml"));
  }

  /**
   * The same on a class path that begins with {@code classes}. A cache is of one class path: this
   * has none, and starts half as fast.
   */
  public static List<String> planted(Path classes, String... more) {
    var command = new ArrayList<String>();
    command.add(java());
    command.addAll(FLAGS);
    command.addAll(List.of(more));
    var parts = Stream.concat(Stream.of(classes), CLASS_PATH.stream());
    var all = parts.map(part -> part.toAbsolutePath().toString()).toList();
    command.addAll(List.of("-cp", String.join(File.pathSeparator, all)));
    return command;
  }

  /** Made when first asked for. */
  private static final class Made {
    static final Path CACHE;
    static final String JARS;

    static {
      try {
        Files.createDirectories(HOME);
        try (var channel =
            FileChannel.open(
                HOME.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
          channel.lock(); // until it is closed
          var home = HOME.resolve(key());
          JARS = jars(home);
          CACHE = home.resolve("classes.aot");
          if (!Files.exists(CACHE)) {
            make(home);
          }
        }
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException("no AOT cache for the tests' processes", e);
      }
    }
  }

  /** AOT caches refuse directories: one jar for each of them. */
  private static String jars(Path home) {
    var jars = new ArrayList<String>();
    for (var part : CLASS_PATH) {
      jars.add((Files.isDirectory(part) ? home.resolve(part.getFileName() + ".jar") : part) + "");
    }
    return String.join(File.pathSeparator, jars);
  }

  private static void make(Path home) throws IOException, InterruptedException {
    try (var old = Files.list(HOME).filter(Files::isDirectory)) {
      for (var left : old.toList()) remove(left);
    }
    Files.createDirectories(home);
    for (var part : CLASS_PATH) {
      if (Files.isDirectory(part)) jar(part, home.resolve(part.getFileName() + ".jar"));
    }
    train(home);
  }

  private static void jar(Path classes, Path to) throws IOException {
    try (var out = new JarOutputStream(Files.newOutputStream(to))) {
      out.setLevel(0);
      for (var file : files(classes)) {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, out);
      }
    }
  }

  /**
   * A node that joins another one, sees it leave, leads and stops: its JVM writes down what it has
   * loaded.
   */
  private static void train(Path home) throws IOException, InterruptedException {
    var made = home.resolve("made.aot");
    var first = agent(home, "n1", List.of(), List.of());
    try {
      var join = awaitNext(first).replaceAll(".*--join (\\S+).*", "$1");
      var cache = List.of("-XX:AOTCacheOutput=" + made);
      var trained = agent(home, "n2", cache, List.of("--join", join));
      try {
        awaitNext(trained);
        end(first);
        end(trained);
      } finally {
        trained.destroyForcibly();
      }
    } finally {
      first.destroyForcibly();
    }
    if (!Files.exists(made))
      throw new IOException("no cache: " + Files.readString(home.resolve("n2.txt")));
    Files.move(made, home.resolve("classes.aot"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static Process agent(Path home, String name, List<String> flags, List<String> more)
      throws IOException {
    var command = new ArrayList<>(List.of(java()));
    command.addAll(FLAGS);
    command.addAll(flags);
    command.addAll(List.of("-cp", jars(home), Main.class.getName()));
    command.addAll(List.of("agent", "--dev", "--name", name, "--region", "eu", "--http", "off"));
    command.addAll(List.of("--data", "data/" + name, "--listen", "127.0.0.1:0"));
    command.addAll(more);
    var said = home.resolve(name + ".txt").toFile();
    return new ProcessBuilder(command).directory(home.toFile()).redirectError(said).start();
  }

  /** The line with which a node says how another one joins it; blocks until it is ready. */
  private static String awaitNext(Process node) throws IOException {
    var out = node.inputReader(UTF_8);
    for (var line = out.readLine(); line != null; line = out.readLine())
      if (line.startsWith("next")) return line;
    throw new IOException("a node ended before it was ready: see what it said in " + HOME);
  }

  /** In order; reads what it says until its end. */
  private static void end(Process node) throws IOException, InterruptedException {
    node.toHandle().destroy(); // its output can still be read
    var out = node.inputReader(UTF_8);
    var line = out.readLine();
    while (line != null) line = out.readLine();
    if (!node.waitFor(2, TimeUnit.MINUTES)) throw new IOException("it does not end: " + node);
  }

  /** Another one as soon as anything on the class path, or the JDK, is another. */
  private static String key() throws IOException {
    var text = new StringBuilder(System.getProperty("java.vm.version"));
    for (var part : CLASS_PATH) {
      for (var file : files(part)) {
        var time = Files.getLastModifiedTime(file).toMillis();
        text.append('\n')
            .append(file)
            .append(' ')
            .append(Files.size(file))
            .append(' ')
            .append(time);
      }
    }
    try {
      var sum = MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(UTF_8));
      return HexFormat.of().formatHex(sum, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static List<Path> files(Path below) throws IOException {
    if (Files.notExists(below)) return List.of();
    try (var files = Files.walk(below)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void remove(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
