package dev.meshkit.cli;

import dev.meshkit.process.Jvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code meshkit} in a process of its own, with the class path and flags of this one. */
final class Child implements AutoCloseable {
  private static final long MINUTES = 2;
  private static final String[] FLAGS = {
    "-Xmx128m", "-Dlogback.configurationFile=" + Path.of("packaging/logback.xml").toAbsolutePath()
  };

  private final Process process;
  private final BufferedReader out;
  private final Path err;

  private Child(Process process, Path err) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.err = err;
  }

  /** Starts {@code meshkit args…} in {@code directory}, where its standard error goes as well. */
  static Child start(Path directory, String... args) throws IOException {
    return start(directory, List.of(), args);
  }

  /** The same, so that the modes of files hold for it, even if root runs the tests. */
  static Child heldToModes(Path directory, String... args) throws IOException {
    var capabilities = "-dac_override,-dac_read_search";
    var drop = List.of("setpriv", "--bounding-set", capabilities, "--");
    var isRoot = System.getProperty("user.name").equals("root");
    return start(directory, isRoot ? drop : List.of(), args);
  }

  /** The same, by a command that begins with {@code wrapper}, which becomes that process. */
  static Child start(Path directory, List<String> wrapper, String... args) throws IOException {
    return run(directory, program(wrapper), args);
  }

  /** What {@link #run} runs as a rule, by a command that begins with {@code wrapper}. */
  static List<String> program(List<String> wrapper) {
    var command = new ArrayList<>(wrapper);
    command.addAll(Jvm.command(FLAGS));
    return command;
  }

  /**
   * What {@link #run} runs where the program is planted: these classes take the place of its own.
   */
  static List<String> planted(Path classes, String flag) {
    var flags = Arrays.copyOf(FLAGS, FLAGS.length + 1);
    flags[FLAGS.length] = flag;
    return Jvm.planted(classes, flags);
  }

  /** The same, by a command line that lacks only the main class and its arguments. */
  static Child run(Path directory, List<String> program, String... args) throws IOException {
    var command = new ArrayList<>(program);
    command.add(Main.class.getName());
    command.addAll(List.of(args));
    var err = Files.createTempFile(directory, "child", ".err");
    var builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().remove("MESHKIT_LAUNCHER");
    return new Child(builder.redirectError(err.toFile()).start(), err);
  }

  /** The process. */
  Process process() {
    return process;
  }

  /**
   * Reads standard output up to the line that begins with {@code start}; that line. One that does
   * not come is waited for as long as for {@link #exit}, and ends the process.
   */
  String awaitLine(String start) throws IOException {
    var late = new AtomicBoolean();
    var watch = Thread.ofVirtual().start(() -> endLate(late));
    try {
      for (var line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(start)) return line;
      }
    } finally {
      watch.interrupt();
    }
    var why = late.get() ? "it was ended after " + MINUTES + " minutes" : "it ended";
    throw new AssertionError(why + " without '" + start + "': " + err());
  }

  private void endLate(AtomicBoolean late) {
    try {
      if (process.waitFor(MINUTES, TimeUnit.MINUTES)) return;
      late.set(true);
      close();
    } catch (InterruptedException _) {
      return; // the line came
    }
  }

  /** All lines of standard output, to its end. */
  List<String> lines() {
    return out.lines().toList();
  }

  /** What it said on standard error so far. */
  String err() throws IOException {
    return Files.readString(err);
  }

  /** Sends a signal by name, such as {@code INT}. */
  void signal(String name) throws IOException, InterruptedException {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    if (!kill.waitFor(MINUTES, TimeUnit.MINUTES)) throw new IOException("kill does not end");
  }

  /** The exit status; 124 if it is still there after two minutes. */
  int exit() throws InterruptedException {
    return process.waitFor(MINUTES, TimeUnit.MINUTES) ? process.exitValue() : 124;
  }

  /** Ends it and all it has started. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
