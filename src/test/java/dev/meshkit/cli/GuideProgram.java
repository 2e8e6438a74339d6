package dev.meshkit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.process.Jvm;
import dev.meshkit.runtime.FreePort;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The shop of a guide, and the shell beside it: commands run as they stand there, at a port that is
 * free. Confined to one thread; {@link #close} leaves no process.
 */
final class GuideProgram implements AutoCloseable {
  private static final Pattern OPEN = Pattern.compile("open, process (\\d+)");

  private final Path directory;
  private final String address;
  private String exports = "";
  private String pid = "0";
  private @Nullable Process process;
  private @Nullable BufferedReader out;

  /** Nothing runs yet. */
  GuideProgram(Path directory) throws IOException {
    this.directory = directory;
    Jvm.packaging(directory);
    this.address = "127.0.0.1:" + FreePort.of("127.0.0.1");
  }

  /** Runs a command; an {@code export} counts for all that follow. */
  void shell(String line) throws IOException, InterruptedException {
    if (line.startsWith("export ")) exports += line + "; ";
    var log = directory.resolve("shell.log");
    var builder = new ProcessBuilder(bash(line)).directory(directory.toFile());
    var ran = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertEquals(0, ran.waitFor(), () -> line + "\n" + text(log));
    if (line.startsWith("kill ") && process != null) process.waitFor();
  }

  /** Starts it; blocks until it is open. */
  void start(String line) throws IOException {
    var builder = new ProcessBuilder(bash("exec " + line)).directory(directory.toFile());
    var log = directory.resolve("program.log");
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    var quick =
        Jvm.command("-Xmx128m").stream()
            .filter(flag -> flag.startsWith("-X") && !flag.startsWith("-XX:AOTCache"));
    builder.environment().put("JDK_JAVA_OPTIONS", quick.collect(Collectors.joining(" ")));
    process = builder.start();
    out = process.inputReader(StandardCharsets.UTF_8);
    var open = OPEN.matcher(nextLine("open, "));
    if (!open.matches()) throw new IOException("it does not say that it is open: " + text(log));
    pid = open.group(1);
  }

  /** Types a line into it. */
  void type(String line) throws IOException {
    if (process == null) throw new IOException("nothing runs that takes " + line);
    var in = process.outputWriter(StandardCharsets.UTF_8);
    in.write(line + "\n");
    in.flush();
  }

  /** The next line, which begins so; blocks for it. */
  String nextLine(String beginning) throws IOException {
    var said = out == null ? null : out.readLine();
    if (said == null) throw new IOException("it ended: " + text(directory.resolve("program.log")));
    if (!said.startsWith(beginning)) throw new IOException("not '" + beginning + "': " + said);
    return said;
  }

  /** As a reader of the guide has it: what the tests have besides is not on it. */
  private static String classPath() {
    return Arrays.stream(Jvm.command().getLast().split(File.pathSeparator))
        .filter(part -> !part.endsWith("test-classes.jar"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private List<String> bash(String line) {
    var bin = Path.of(System.getProperty("java.home"), "bin");
    var where = "export PATH=" + bin + ":$PATH MESHKIT='" + classPath() + "'; ";
    var typed = line.replace("127.0.0.1:7443", address);
    return List.of("bash", "-e", "-c", where + "SHOP=" + pid + "; " + exports + typed);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() throws InterruptedException {
    if (process == null) return;
    process.toHandle().destroyForcibly();
    process.waitFor();
  }
}
