package dev.meshkit.store;

import dev.meshkit.process.Jvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A process of its own that runs a main class of the tests, to be killed or starved. */
public final class ChildJvm implements AutoCloseable {
  private static final String MARK = "> ";

  private final Process process;
  private final BufferedReader out;

  private ChildJvm(Process process) {
    this.process = process;
    this.out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Starts {@code main}; its errors go where ours go.
   *
   * @param shell runs before it in the same shell, such as {@code ulimit -f 100}; "" for nothing
   */
  public static ChildJvm start(String shell, Class<?> main, String... arguments)
      throws IOException {
    return start(shell, "", main, arguments);
  }

  /** Starts {@code main} so that the modes of files hold for it, even if root runs the tests. */
  static ChildJvm heldToModes(Class<?> main, String... arguments) throws IOException {
    var drop = "setpriv --bounding-set -dac_override,-dac_read_search --";
    return start("", "$([ $(id -u) != 0 ] || echo " + drop + ")", main, arguments);
  }

  /** Starts {@code main} where {@code directory} is a file system of so many MiB of its own. */
  static ChildJvm onSmallDisk(int mebibytes, Path directory, Class<?> main) throws IOException {
    var mount = "mount -t tmpfs -o size=" + mebibytes + "m small " + directory;
    var wrapper = "unshare -rm bash -c " + quote(mount + " && exec \"$@\"") + " bash";
    return start("", wrapper, main, directory.toString());
  }

  /** Why this machine has no small disks; "" if it has. */
  static String withoutSmallDisks(Path directory) throws IOException, InterruptedException {
    var command = "mount -t tmpfs -o size=1m small " + directory;
    var tried =
        new ProcessBuilder("bash", "-c", "unshare -rm bash -c " + quote(command) + " 2>&1").start();
    var said = new String(tried.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return tried.waitFor() == 0 ? "" : "no file system of its own can be mounted: " + said;
  }

  /** Starts {@code main} under a program that watches it, such as {@code strace -f}. */
  static ChildJvm under(String watcher, Class<?> main, String... arguments) throws IOException {
    return start("", watcher, main, arguments);
  }

  private static ChildJvm start(String shell, String wrapper, Class<?> main, String... arguments)
      throws IOException {
    var command = new ArrayList<>(List.of("exec", wrapper));
    for (var part : Jvm.command("-XX:-UsePerfData", "-Xmx128m")) command.add(quote(part));
    command.add(main.getName());
    for (var argument : arguments) command.add(quote(argument));
    var script = (shell.isEmpty() ? "" : shell + "; ") + String.join(" ", command);
    return new ChildJvm(
        new ProcessBuilder("bash", "-c", script)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** Says something to the test that watches: logs share stdout, so it is marked. */
  public static void say(String line) {
    synchronized (ChildJvm.class) {
      System.out.println(MARK + line);
      System.out.flush();
    }
  }

  /** The next thing it said; empty when its output has ended. */
  public Optional<String> line() throws IOException {
    var line = out.readLine();
    while (line != null && !line.startsWith(MARK)) line = out.readLine();
    return Optional.ofNullable(line).map(said -> said.substring(MARK.length()));
  }

  /** A line for its input. */
  public void tell(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** Ends its input, for one that reads it until then. */
  public void endInput() throws IOException {
    process.getOutputStream().close();
  }

  /** SIGKILL; what it said before can still be read. */
  public void kill() {
    process.toHandle().destroyForcibly();
  }

  /** Its number. */
  public long pid() {
    return process.pid();
  }

  /** Blocks for its end; its exit code. */
  public int await() throws InterruptedException {
    return process.waitFor();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    out.close();
  }

  private static String quote(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
