package dev.meshkit.cli;

import dev.meshkit.api.MeshException;
import dev.meshkit.control.proto.ChangeGateRequest.Verb;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes everybody back. */
@Command(
    name = "rollback",
    description =
        "Have everybody run the version before, at once; also while it is frozen. Twice in a row"
            + " only --to a version by name.",
    footer = {
      "",
      "Examples:",
      "  meshkit gate rollback meshkit::transport::us --reason 'alarm 7'",
      "  meshkit gate rollback shop::tax --to 1 --reason 'alarm 7' --dry-run"
    })
final class GateRollbackCommand implements Callable<Integer> {
  private static final long MOST = 1_000_000_000;

  @Mixin private final Ask ask;
  @Mixin private final Change change = new Change();
  @Mixin private final GateAim aim = new GateAim();

  @Option(names = "--to", paramLabel = "V", description = "To this version instead.")
  private long version;

  /** A verb that asks through {@code ask}. */
  GateRollbackCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    if (version < 0 || version > MOST)
      throw new MeshException(
          Ask.usage("gate rollback", version + " is no version", "write it like --to 1"));
    var order =
        aim.order(ask)
            .setVerb(Verb.ROLLBACK)
            .setVersion((int) version)
            .setReason(change.reason("gate rollback"))
            .setDryRun(change.dryRun())
            .build();
    return ask.show(
        "rolling back " + aim.name(),
        change.doubt("gate show " + aim.name()),
        node -> node.changeGate(order),
        GateTexts::changed);
  }
}
