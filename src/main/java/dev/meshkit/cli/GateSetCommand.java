package dev.meshkit.cli;

import dev.meshkit.api.MeshException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Has another version run, or the same one for more. */
@Command(
    name = "set",
    description = "Have another version of a change run, or the present one for more subjects.",
    footer = {
      "",
      "Examples:",
      "  meshkit gate set meshkit::transport::us --version 1 --reason 'ticket 812'",
      "  meshkit gate set shop::tax --version 2 --percent 10 --expect 1/7.19 --reason pilot --dry-run"
    })
final class GateSetCommand implements Callable<Integer> {
  @Mixin private final Ask ask;
  @Mixin private final Change change = new Change();
  @Mixin private final GateAim aim = new GateAim();
  @Mixin private final GateAim.Part part = new GateAim.Part();

  /** A verb that asks through {@code ask}. */
  GateSetCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    if (part.isNothing())
      throw new MeshException(
          Ask.usage(
              "gate set", "neither a version nor for whom is said", "add --version or --percent"));
    var order =
        part.into(aim.order(ask), "gate set")
            .setReason(change.reason("gate set"))
            .setDryRun(change.dryRun())
            .build();
    return ask.show(
        "setting " + aim.name(),
        change.doubt("gate show " + aim.name()),
        node -> node.changeGate(order),
        GateTexts::changed);
  }
}
