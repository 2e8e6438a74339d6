package dev.meshkit.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** P38: the guide: every program in it compiles, runs, and prints what stands beneath it. */
class GuideTest {
  private static final String CLASSPATH = System.getProperty("java.class.path");
  private static final Pattern LINK = Pattern.compile("\\]\\(#([^)]+)\\)");
  private static final Pattern NAME = Pattern.compile("`([^`]+)`");

  /** What the guide owes a program for: the building blocks. */
  private static final List<String> BLOCKS =
      List.of(
          "Result",
          "Compensation",
          "All",
          "settled",
          "Race",
          "Retry",
          "Timeout",
          "Select",
          "Ticker",
          "Timer",
          "Inlet and Source",
          "Merge",
          "Broadcast",
          "Window",
          "map, flatMap, filter",
          "Taps",
          "collect",
          "partition",
          "forEach",
          "into");

  /** The names of Hugo that the tutorial MeshKit grew from uses, or its own index lists. */
  private static final List<String> THERE =
      List.of(
          "Result<T>",
          "Unit.Value",
          "Error.From",
          "CastFailure",
          "ResultPipelineStepContext",
          "_contextFactory.Create",
          "RegisterCompensation",
          "CancellationToken",
          "Result.WhenAll",
          "Go.RaceValueTaskAsync",
          "WhenAny",
          "ResultPipeline.RetryAsync",
          "WithTimeoutAsync",
          "Channel<T>",
          "CreateUnbounded",
          "ReadAllAsync",
          "ToChannelAsync",
          "ResultPipelineChannels.Select",
          ".Case",
          "SelectAsync",
          "ResultPipelineTimers.NewTicker",
          "MergeWithStrategyAsync",
          "BroadcastAsync",
          "Window",
          "MapStreamAsync",
          "FlatMapStreamAsync",
          "FilterStream",
          "Partition",
          "ForEachAsync",
          "ForEachLinkedCancellationAsync",
          "TapSuccessEachAsync",
          "TapFailureEachAsync",
          "Tap…AggregateErrorsAsync",
          "Tap…IgnoreErrorsAsync",
          "CollectErrorsAsync",
          "TaskQueueChannelAdapter",
          "PoisonReader");

  /** Of the queue, and shown by a program there: {@code dev.meshkit.queue.SeedPumpTest}. */
  private static final Set<String> OF_THE_QUEUE = Set.of("TaskQueueChannelAdapter", "PoisonReader");

  private static Guide guide = new Guide("", List.of());

  @TempDir Path dir;

  @BeforeAll
  static void read() throws IOException {
    guide = Guide.read();
  }

  /** A program as the compiler reads it, out of memory. */
  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(Guide.Program program) {
      super(URI.create("string:///" + program.name() + ".java"), Kind.SOURCE);
      this.text = program.source();
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /** Compiled without preview: only running needs it. */
  @Test
  void everyProgramPrintsWhatStandsBeneathIt() throws Exception {
    compile();
    var printed = run();
    var wanted = new LinkedHashMap<String, String>();
    for (var program : guide.programs()) wanted.put(program.name(), program.output());
    for (var program : guide.programs()) {
      assertEquals(program.output(), printed.get(program.name()), "of " + program.heading());
    }
    assertEquals(wanted, printed);
  }

  private void compile() {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var found = new DiagnosticCollector<JavaFileObject>();
    var flags =
        List.of("-proc:none", "-Xlint:all,-processing", "-cp", CLASSPATH, "-d", dir.toString());
    var sources = guide.programs().stream().map(Source::new).toList();
    var compiled = compiler.getTask(null, null, found, flags, null, sources).call();
    assertTrue(compiled, () -> found.getDiagnostics().toString());
    assertEquals(List.of(), found.getDiagnostics());
  }

  private Map<String, String> run() throws Exception {
    var command =
        List.of(
            java(),
            "--enable-preview",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-cp",
            dir + java.io.File.pathSeparator + CLASSPATH,
            GuideRunner.class.getName());
    var names = guide.programs().stream().map(Guide.Program::name);
    var output = ran(new ProcessBuilder(Stream.concat(command.stream(), names).toList()));
    var printed = new LinkedHashMap<String, String>();
    var name = "";
    for (var line : output.lines().toList()) {
      var begins = guide.programs().stream().filter(p -> line.equals(GuideRunner.mark(p.name())));
      var next = begins.findFirst().map(Guide.Program::name);
      if (next.isPresent()) {
        name = next.get();
        printed.put(name, "");
      } else {
        printed.merge(name, line + "\n", String::concat);
      }
    }
    return printed;
  }

  /** The command it gives, typed as it stands, with the class path it asks for. */
  @Test
  void theCommandRunsAProgram() throws Exception {
    var first = guide.programs().getFirst();
    Files.writeString(dir.resolve("Program.java"), first.source());
    var shell = new ProcessBuilder("bash", "-c", guide.command()).directory(dir.toFile());
    shell.environment().put("MESHKIT", absolute(CLASSPATH));
    shell.environment().merge("PATH", Path.of(java()).getParent() + ":", (path, jdk) -> jdk + path);
    assertEquals(first.output(), ran(shell));
  }

  private static String absolute(String classpath) {
    return Stream.of(classpath.split(java.io.File.pathSeparator))
        .map(part -> Path.of(part).toAbsolutePath().toString())
        .collect(Collectors.joining(java.io.File.pathSeparator));
  }

  private String ran(ProcessBuilder builder) throws Exception {
    var output = dir.resolve("output").toFile();
    var errors = dir.resolve("errors").toFile();
    var process = builder.redirectOutput(output).redirectError(errors).start();
    try {
      var ended = process.waitFor(120, TimeUnit.SECONDS);
      var said = Files.readString(errors.toPath());
      assertEquals(0, ended ? process.exitValue() : -1, said);
      return Files.readString(output.toPath());
    } finally {
      process.destroyForcibly();
    }
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  @Test
  void everyBuildingBlockHasAProgram() {
    var shown = guide.programs().stream().map(Guide.Program::heading).toList();
    assertEquals(List.of(), BLOCKS.stream().filter(block -> !shown.contains(block)).toList());
  }

  @Test
  void linksLeadToSections() {
    var links = LINK.matcher(guide.text()).results().map(found -> found.group(1)).toList();
    assertTrue(links.size() > 20, links.toString());
    var anchors = guide.anchors();
    assertEquals(List.of(), links.stream().filter(link -> !anchors.contains(link)).toList());
  }

  /** P38: every name there has its row, and every name here is used by a program that runs. */
  @Test
  void everyNameOfTheSeedHasItsCounterpartInAProgram() {
    var programs =
        guide.programs().stream()
            .map(program -> program.source().replaceAll("\\.<[^>]+>", "."))
            .collect(Collectors.joining());
    var there = new ArrayList<String>();
    var unshown = new ArrayList<String>();
    for (var row : guide.table("| there |")) {
      var names = names(row.getFirst());
      there.addAll(names);
      if (OF_THE_QUEUE.containsAll(names)) continue;
      var here = names(row.get(1));
      assertTrue(!here.isEmpty() || names.equals(List.of("CancellationToken")), row.toString());
      here.stream().filter(name -> !programs.contains(asWritten(name))).forEach(unshown::add);
    }
    assertEquals(THERE, there);
    assertEquals(List.of(), unshown);
  }

  private static List<String> names(String cell) {
    return NAME.matcher(cell).results().map(found -> found.group(1)).toList();
  }

  private static String asWritten(String name) {
    return name.replace("(…)", "(");
  }
}
