package dev.meshkit.cli;

import dev.meshkit.control.Envelope;
import dev.meshkit.control.proto.GatesRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** One change, with what each member says of it. */
@Command(
    name = "show",
    description = "Show one change: what is committed, what each member can run, and what it uses.",
    footer = {
      "",
      "Examples:",
      "  meshkit gate show meshkit::transport::us",
      "  meshkit gate show shop::tax -o json"
    })
final class GateShowCommand implements Callable<Integer> {
  @Mixin private final Ask ask;

  @Parameters(paramLabel = "CHANGE", description = "Its name, the region put in.")
  private String name = "";

  /** A verb that asks through {@code ask}. */
  GateShowCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var asked =
        GatesRequest.newBuilder()
            .setChange(name)
            .setWait(Envelope.duration(ask.patience()))
            .build();
    return ask.show("showing " + name, node -> node.gates(asked), GateTexts::one);
  }
}
