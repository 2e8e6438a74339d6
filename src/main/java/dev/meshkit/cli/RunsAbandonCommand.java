package dev.meshkit.cli;

import dev.meshkit.control.proto.AbandonRunRequest;
import dev.meshkit.control.proto.RunAbandoned;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** An operator gives a run up. */
@Command(
    name = "abandon",
    description = "Give up a run that is open or parked: it is never executed again.",
    footer = {
      "",
      "What it has done stays done. Where another build fits it, run that instead.",
      "",
      "Examples:",
      "  meshkit runs abandon shop::tax::v2::rollup/2026-11-22 --reason 'its build is gone'",
      "  meshkit runs abandon shop::tax::v2::rollup/2026-11-22 --reason 'is it?' --dry-run"
    })
final class RunsAbandonCommand implements Callable<Integer> {
  @Mixin private final Ask ask;
  @Mixin private final Change change = new Change();

  @Parameters(paramLabel = "RUN", description = "As the list has it: change::v2::key.")
  private String run = "";

  /** A verb that asks through {@code ask}. */
  RunsAbandonCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var order =
        AbandonRunRequest.newBuilder()
            .setRun(run)
            .setReason(change.reason("runs abandon"))
            .setDryRun(change.dryRun())
            .build();
    return ask.show(
        "abandoning " + run,
        change.doubt("runs list"),
        node -> node.abandonRun(order),
        RunsAbandonCommand::text);
  }

  private static String text(RunAbandoned done) {
    return Text.safe((done.getDryRun() ? "would abandon " : "abandoned ") + done.getRun()) + "\n";
  }
}
