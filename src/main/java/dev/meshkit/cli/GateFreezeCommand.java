package dev.meshkit.cli;

import dev.meshkit.control.proto.ChangeGateRequest.Verb;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lets nobody move a change on. */
@Command(
    name = "freeze",
    description = "Let nobody move a change on; a rollback is possible all the same.",
    footer = {
      "",
      "Examples:",
      "  meshkit gate freeze meshkit::transport::us --reason 'incident 12'",
      "  meshkit gate freeze shop::tax --reason 'incident 12' --dry-run"
    })
final class GateFreezeCommand implements Callable<Integer> {
  @Mixin private final Ask ask;
  @Mixin private final Change change = new Change();
  @Mixin private final GateAim aim = new GateAim();

  /** A verb that asks through {@code ask}. */
  GateFreezeCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var order =
        aim.order(ask)
            .setVerb(Verb.FREEZE)
            .setReason(change.reason("gate freeze"))
            .setDryRun(change.dryRun())
            .build();
    return ask.show(
        "freezing " + aim.name(),
        change.doubt("gate show " + aim.name()),
        node -> node.changeGate(order),
        GateTexts::changed);
  }
}
