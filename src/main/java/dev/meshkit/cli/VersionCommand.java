package dev.meshkit.cli;

import dev.meshkit.control.Envelope;
import dev.meshkit.control.proto.Version;
import dev.meshkit.observe.BuildInfo;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What this program is; asks nobody. */
@Command(
    name = "version",
    description = "Show the version of this program. Asks no node.",
    footer = {"", "Examples:", "  meshkit version", "  meshkit version -o json"})
final class VersionCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table (default), json, or jsonl.")
  private Output output = Output.table;

  /** A verb that prints to {@code console}. */
  VersionCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var build = BuildInfo.current();
    console.out().println(output == Output.table ? text(build) : json(build));
    return ExitCode.DONE.status();
  }

  private static String text(BuildInfo build) {
    return "MeshKit " + build.version() + "   commit " + build.commit() + "   JDK " + build.jdk();
  }

  private String json(BuildInfo build) {
    var version =
        Version.newBuilder()
            .setApiVersion(Envelope.API_VERSION)
            .setKind("Version")
            .setVersion(build.version())
            .setCommit(build.commit())
            .setJdk(build.jdk());
    return output == Output.json ? Json.pretty(version) : Json.line(version);
  }
}
