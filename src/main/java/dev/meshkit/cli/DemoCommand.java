package dev.meshkit.cli;

import dev.meshkit.control.proto.DemoSummary;
import dev.meshkit.runtime.Clocks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Five nodes on this host, to look at or to be put through their paces. */
@Command(
    name = "demo",
    description = "Run five nodes in two regions on this host; nothing of them stays.",
    footer = {"", "Examples:", "  meshkit demo", "  meshkit demo --script"})
final class DemoCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--script",
      description = "No screen: go through the steps, a line each; the last line is JSON.")
  private boolean script;

  @Option(names = "--keep", description = "Leave the data directory, and say where it is.")
  private boolean keep;

  @Option(names = "--plant", hidden = true, split = ",")
  private List<DemoPlant> plants = new ArrayList<>();

  @Option(names = "--first", hidden = true)
  private int first = Integer.MAX_VALUE;

  /** A verb on {@code console}. */
  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    var monotonic = Clocks.system().monotonic();
    try (var mesh = DemoMesh.create(console, keep)) {
      // Ctrl-C, a closed terminal and SIGTERM come this way; kill -9 is the agents' own business.
      Runtime.getRuntime().addShutdownHook(new Thread(mesh::close, "demo-end"));
      if (keep) console.err().println("data stays in " + mesh.root());
      return script ? script(mesh, monotonic) : new DemoScreen(mesh, console, monotonic).run();
    }
  }

  private int script(DemoMesh mesh, java.time.InstantSource monotonic) throws InterruptedException {
    return report(console, new DemoScript(mesh, plants, first, console, monotonic).run());
  }

  /** Prints the summary; the exit status it stands for. */
  static int report(Console console, DemoSummary summary) {
    console.out().println(Json.line(summary));
    console.out().flush();
    return (summary.getOk() ? ExitCode.DONE : ExitCode.FAILED).status();
  }
}
