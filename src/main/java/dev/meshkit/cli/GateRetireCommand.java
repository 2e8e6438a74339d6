package dev.meshkit.cli;

import dev.meshkit.api.MeshException;
import dev.meshkit.control.proto.ChangeGateRequest.Verb;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ends the versions below one. */
@Command(
    name = "retire",
    description = "End the versions below one for good, once nobody has used them for 10 minutes.",
    footer = {
      "",
      "Examples:",
      "  meshkit gate retire meshkit::transport::us --below 2 --reason 'ticket 812 is done'",
      "  meshkit gate retire shop::tax --below 2 --reason 'ticket 812 is done' --dry-run"
    })
final class GateRetireCommand implements Callable<Integer> {
  private static final long MOST = 1_000_000_000;

  @Mixin private final Ask ask;
  @Mixin private final Change change = new Change();
  @Mixin private final GateAim aim = new GateAim();

  @Option(
      names = "--below",
      required = true,
      paramLabel = "V",
      description = "The lowest version that stays.")
  private long version;

  /** A verb that asks through {@code ask}. */
  GateRetireCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    if (version < 1 || version > MOST)
      throw new MeshException(
          Ask.usage("gate retire", version + " is no version", "write it like --below 2"));
    var order =
        aim.order(ask)
            .setVerb(Verb.RETIRE)
            .setVersion((int) version)
            .setReason(change.reason("gate retire"))
            .setDryRun(change.dryRun())
            .build();
    return ask.show(
        "retiring " + aim.name(),
        change.doubt("gate show " + aim.name()),
        node -> node.changeGate(order),
        GateTexts::changed);
  }
}
