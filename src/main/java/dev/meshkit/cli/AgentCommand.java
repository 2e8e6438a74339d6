package dev.meshkit.cli;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Mesh;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Stopped;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.control.Errors;
import dev.meshkit.runtime.Clocks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The daemon: one node in this process, until a signal stops it. */
@Command(
    name = "agent",
    description =
        "Run a node until SIGTERM or Ctrl-C. A second signal hurries it, a third ends it. Away from"
            + " a terminal, SIGHUP has it read its identity and its file again: certificate and listen.versions"
            + " may change so.",
    footer = {
      "",
      "Examples:",
      "  meshkit agent --dev --name n1 --region eu --data ./data/n1",
      "  meshkit agent --config /etc/meshkit/meshkit.toml"
    })
final class AgentCommand implements Callable<Integer> {
  private final Console console;
  @Mixin private final AgentOptions options = new AgentOptions();

  @Option(
      names = "--supervised",
      description = "Ignore Ctrl-C, and stop at the end of standard input: for a parent process.")
  private boolean supervised;

  @Option(names = "--scratch", hidden = true, paramLabel = "DIR")
  private String scratch = "";

  /** A verb on {@code console}. */
  AgentCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    var told = options.load(console);
    var config = told.config();
    logging(config);
    if (!scratch.isEmpty() && !DemoMesh.isScratch(Path.of(scratch))) {
      var fix = "leave it out: only the demo's own directories are removed";
      var error = MeshError.validation("--scratch " + scratch, "it is no demo's", fix);
      throw new MeshException(error.with(Errors.MK, "MK-CLI-001"));
    }
    var ending = new Ending(console, supervised);
    var reload = new Reload(console, () -> options.load(console), told);
    // A terminal that goes away takes its programs with it; a daemon has none, and is told so.
    if (!supervised && !console.terminal() && options.hasFile(console)) reload.listen();
    var isNew = Files.notExists(config.data().dir().resolve("mesh.db"));
    if (options.isDev()) config = MeshKit.dev(config).orThrow();
    try (var mesh = MeshKit.builder(config).on(Letterbox.KIND, new Letterbox()).open()) {
      ending.of(mesh, config.data().stopDeadline());
      reload.of(mesh);
      new Banner(console, config, options.isDev()).show(mesh, isNew, sinceStart());
      return ended(mesh, ending);
    }
  }

  private int ended(Mesh mesh, Ending ending) throws InterruptedException {
    var failures = new Failures(console);
    var status =
        switch (mesh.awaitStop()) {
          case Stopped.Closed() -> ExitCode.DONE.status();
          case Stopped.StoreFailed(var error) -> {
            failures.print(error);
            yield ExitCode.STORE_FAILED.status();
          }
          case Stopped.Failed(var error) -> failures.print(error);
        };
    // Our parent has died without a word: nobody else will clear up after it.
    if (ending.isOrphaned() && !scratch.isEmpty()) DemoMesh.remove(Path.of(scratch));
    return status;
  }

  /** Since the process began, the JVM's own start included: what a person has waited. */
  private static Duration sinceStart() {
    var now = Clocks.system().wall().instant();
    var begun = ProcessHandle.current().info().startInstant().orElse(now);
    return Duration.between(begun, now);
  }

  /** The distribution's logback.xml reads these two before its first line. */
  private void logging(MeshConfig config) {
    var format =
        switch (config.log().format()) {
          case TEXT -> "TEXT";
          case JSON -> "JSON";
          case AUTO -> console.terminal() ? "TEXT" : "JSON";
        };
    // A quarter of the cores, so that an idle node on a small machine wakes one loop and not two.
    var loops = Math.max(1, Runtime.getRuntime().availableProcessors() / 4);
    System.getProperties().putIfAbsent("dev.meshkit.grpc.loops", String.valueOf(loops));
    System.setProperty("meshkit.log.level", config.log().level().name());
    System.setProperty("meshkit.log.format", format);
  }
}
