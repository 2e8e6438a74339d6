package dev.meshkit.cli;

import dev.meshkit.control.proto.ForgetRequest;
import dev.meshkit.control.proto.Forgot;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says that a node is gone for good. */
@Command(
    name = "forget",
    description =
        "Take a node for gone for good: what waits for it on the node that is asked, and what is"
            + " sent to it from there, is dead.",
    footer = {
      "",
      "Each node has its own outbox: ask each that has something for it. Refused while it is seen",
      "alive. It ends by --undo, and by itself once it is seen alive again; what died comes back",
      "with meshkit poison redrive.",
      "",
      "Examples:",
      "  meshkit forget us/n4 --reason 'its disk is burnt' --dry-run",
      "  meshkit forget us/n4 --reason 'it was the other one' --undo"
    })
final class ForgetCommand implements Callable<Integer> {
  @Mixin private final Ask ask;
  @Mixin private final Change change = new Change();

  @Parameters(
      paramLabel = "NODE",
      description = "region/name, or a name that is a member's or of a lane of the queue.")
  private String node = "";

  @Option(names = "--undo", description = "Wait for it after all.")
  private boolean undo;

  /** A verb that asks through {@code ask}. */
  ForgetCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var order =
        ForgetRequest.newBuilder()
            .setNode(node)
            .setUndo(undo)
            .setReason(change.reason("forget"))
            .setDryRun(change.dryRun())
            .build();
    return ask.show(
        "forgetting " + node,
        change.doubt("events --type 'peer.*'"),
        asked -> asked.forget(order),
        ForgetCommand::text);
  }

  private static String text(Forgot done) {
    var text = new StringBuilder(done.getDryRun() ? "would " : "");
    if (done.getUndone()) {
      text.append(done.getDryRun() ? "wait for " : "waits for ").append(done.getNode());
      return Text.safe(text + " again") + Change.audit(done.getAudit()) + "\n";
    }
    text.append(done.getDryRun() ? "forget " : "forgot ").append(done.getNode()).append(": ");
    text.append(count(done.getMessages(), "message")).append(" in ");
    text.append(count(done.getLanes(), "lane")).append(" dead");
    if (done.getPaused() > 0) text.append(", ").append(done.getPaused()).append(" once resumed");
    return Text.safe(text.toString()) + Change.audit(done.getAudit()) + "\n";
  }

  private static String count(long number, String of) {
    return number + " " + of + (number == 1 ? "" : "s");
  }
}
