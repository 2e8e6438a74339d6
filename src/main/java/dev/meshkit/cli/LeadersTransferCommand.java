package dev.meshkit.cli;

import dev.meshkit.control.Envelope;
import dev.meshkit.control.proto.HandOverRequest;
import dev.meshkit.control.proto.HandedOver;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets another voter lead. */
@Command(
    name = "transfer",
    description = "Let another voter lead a scope, at once; prints how long nobody led.",
    footer = {
      "",
      "Examples:",
      "  meshkit leaders transfer region/eu --to n2 --reason 'n1 is being replaced'",
      "  meshkit leaders transfer global --reason 'kernel update' --dry-run"
    })
final class LeadersTransferCommand implements Callable<Integer> {
  @Mixin private final Ask ask;
  @Mixin private final Change change = new Change();

  @Parameters(paramLabel = "SCOPE", description = "global, or region/NAME.")
  private String scope = "";

  @Option(
      names = "--to",
      paramLabel = "NODE",
      description = "Who shall lead; without it whoever is first in rank and keeps up.")
  private String to = "";

  /** A verb that asks through {@code ask}. */
  LeadersTransferCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var order =
        HandOverRequest.newBuilder()
            .setScope(scope)
            .setTo(to)
            .setReason(change.reason("leaders transfer"))
            .setDryRun(change.dryRun())
            .setWait(Envelope.duration(ask.patience()))
            .build();
    return ask.show(
        "handing over " + scope, change.doubt("leaders"), node -> node.handOver(order), this::text);
  }

  private String text(HandedOver done) {
    return text(done, to.isEmpty() ? "the next in rank" : done.getLeader());
  }

  /** One line: who leads instead of whom, by which fence, after which gap. */
  static String text(HandedOver done, String next) {
    var from = done.getFrom().isEmpty() ? "nobody" : done.getFrom();
    if (done.getDryRun())
      return Text.safe("would hand " + done.getScope() + " from " + from + " to " + next) + "\n";
    var text = done.getScope() + "  " + from + "→" + done.getLeader();
    return Text.safe(text + "  fence " + done.getFence())
        + "  gap "
        + Text.of(done.getGap())
        + "\n";
  }
}
