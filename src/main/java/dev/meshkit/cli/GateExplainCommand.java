package dev.meshkit.cli;

import dev.meshkit.control.proto.ExplainGateRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Why a subject runs what it runs. */
@Command(
    name = "explain",
    description = "Say which version a subject runs on this node, and what that follows from.",
    footer = {
      "",
      "Examples:",
      "  meshkit gate explain meshkit::transport::us --subject 'n4|n5'",
      "  meshkit gate explain shop::tax --subject acme -o json"
    })
final class GateExplainCommand implements Callable<Integer> {
  @Mixin private final Ask ask;

  @Parameters(paramLabel = "CHANGE", description = "Its name, the region put in.")
  private String name = "";

  @Option(
      names = "--subject",
      paramLabel = "SUBJECT",
      description = "A node, a link as 'n4|n5', or a tenant, as the change is decided.")
  private String subject = "";

  /** A verb that asks through {@code ask}. */
  GateExplainCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var asked = ExplainGateRequest.newBuilder().setChange(name).setSubject(subject).build();
    return ask.show("explaining " + name, node -> node.explainGate(asked), GateTexts::explained);
  }
}
