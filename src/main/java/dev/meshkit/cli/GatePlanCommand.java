package dev.meshkit.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who would run another version; changes nothing. */
@Command(
    name = "plan",
    description =
        "Say exactly who would flip, who would stay, and which members cannot; no change.",
    footer = {
      "",
      "Examples:",
      "  meshkit gate plan meshkit::transport::us --version 1",
      "  meshkit gate plan shop::tax --version 2 --percent 12.5 --subject acme,initech"
    })
final class GatePlanCommand implements Callable<Integer> {
  @Mixin private final Ask ask;
  @Mixin private final GateAim aim = new GateAim();
  @Mixin private final GateAim.Part part = new GateAim.Part();

  @Option(
      names = "--subject",
      paramLabel = "TENANT",
      split = ",",
      description =
          "Of a change by tenant: whom to plan for, besides those this node has decided for.")
  private List<String> subjects = List.of();

  /** A verb that asks through {@code ask}. */
  GatePlanCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var order = part.into(aim.order(ask), "gate plan").addAllSubjects(subjects).build();
    return ask.show("planning " + aim.name(), node -> node.planGate(order), GateTexts::plan);
  }
}
