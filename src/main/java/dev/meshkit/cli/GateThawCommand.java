package dev.meshkit.cli;

import dev.meshkit.control.proto.ChangeGateRequest.Verb;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lets a change be moved on again. */
@Command(
    name = "thaw",
    description = "Let a frozen change be moved on again.",
    footer = {
      "",
      "Examples:",
      "  meshkit gate thaw meshkit::transport::us --reason 'incident 12'",
      "  meshkit gate thaw shop::tax --reason 'incident 12' --dry-run"
    })
final class GateThawCommand implements Callable<Integer> {
  @Mixin private final Ask ask;
  @Mixin private final Change change = new Change();
  @Mixin private final GateAim aim = new GateAim();

  /** A verb that asks through {@code ask}. */
  GateThawCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var order =
        aim.order(ask)
            .setVerb(Verb.THAW)
            .setReason(change.reason("gate thaw"))
            .setDryRun(change.dryRun())
            .build();
    return ask.show(
        "thawing " + aim.name(),
        change.doubt("gate show " + aim.name()),
        node -> node.changeGate(order),
        GateTexts::changed);
  }
}
