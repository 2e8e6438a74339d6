package dev.meshkit.cli;

import dev.meshkit.control.Recordings;
import dev.meshkit.control.proto.RecordingReport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What recordings say of elections; asks nobody. */
@Command(
    name = "report",
    description = {
      "Show what flight recordings say of elections, in order: who asked for votes and how it went, who led"
          + " by which fence and until what, gaps and what ended them, what was committed.",
      "Recordings of several nodes are told as one, by their hosts' clocks; what is over a clock's error apart is in its"
          + " order."
    },
    footer = {
      "",
      "Examples:",
      "  meshkit jfr report n1.jfr",
      "  meshkit jfr report n1.jfr n2.jfr n3.jfr -o jsonl"
    })
final class JfrReportCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "What jcmd PID JFR.dump wrote; one of each node tells most.")
  private final List<String> files = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table (default), json, or jsonl.")
  private Output output = Output.table;

  /** A verb that prints to {@code console}. */
  JfrReportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var report = Recordings.report(files.stream().map(console.directory()::resolve).toList());
    print(report.orThrow());
    return ExitCode.DONE.status();
  }

  private void print(RecordingReport report) {
    switch (output) {
      case json -> console.out().println(Json.pretty(report));
      case jsonl -> Json.lines(report, console.out());
      case table -> console.out().print(TimelineView.text(report));
    }
  }
}
