package dev.meshkit.cli;

import dev.meshkit.api.MeshException;
import dev.meshkit.control.proto.EffectsRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What one run has done. */
@Command(
    name = "show",
    description = "Show what one run has done, step by step.",
    footer = {
      "",
      "Examples:",
      "  meshkit effects show shop::tax::v2::rollup/2026-11-22",
      "  meshkit effects show shop::tax::v2::rollup/2026-11-22 -o json"
    })
final class EffectsShowCommand implements Callable<Integer> {
  private static final int MOST = 500;

  @Mixin private final Ask ask;

  @Parameters(paramLabel = "RUN", description = "As the list has it: change::v2::key.")
  private String run = "";

  /** A verb that asks through {@code ask}. */
  EffectsShowCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    if (run.isBlank())
      throw new MeshException(
          Ask.usage(
              "effects show", "no run is named", "name one as the list has it: change::v2::key"));
    var asked = EffectsRequest.newBuilder().setRun(run).setLimit(MOST).build();
    var list = ask.once("showing " + run, node -> node.effects(asked)).orThrow();
    ask.print(list, EffectsListCommand::table);
    if (ask.output() == Output.jsonl) ask.console().err().print(EffectsListCommand.cut(list));
    return ExitCode.DONE.status();
  }
}
