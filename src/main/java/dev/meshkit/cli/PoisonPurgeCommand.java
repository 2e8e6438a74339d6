package dev.meshkit.cli;

import dev.meshkit.control.Envelope;
import dev.meshkit.control.proto.PurgeRequest;
import dev.meshkit.control.proto.Purged;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Removes dead messages for good. */
@Command(
    name = "purge",
    description = "Remove dead messages for good: one by id, or all of a kind and code.",
    footer = {
      "",
      "Examples:",
      "  meshkit poison purge 17 --reason 'order was cancelled' --yes",
      "  meshkit poison purge --kind orders --code error.exception --reason 'obsolete' --dry-run"
    })
final class PoisonPurgeCommand implements Callable<Integer> {
  private static final String VERB = "poison purge";

  @Mixin private final Ask ask;
  @Mixin private final Change change = new Change();
  @Mixin private final DeadOnes dead = new DeadOnes();

  @Option(names = "--yes", description = "Do not ask whether that is meant.")
  private boolean yes;

  /** A verb that asks through {@code ask}. */
  PoisonPurgeCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    dead.check(VERB);
    var reason = change.reason(VERB);
    if (!yes && !change.dryRun()) Consent.ask(ask.console(), VERB, "remove " + dead.text());
    var order =
        PurgeRequest.newBuilder()
            .setId(dead.id())
            .setMessageKind(dead.kind())
            .setCode(dead.code())
            .setReason(reason)
            .setDryRun(change.dryRun())
            .setWait(Envelope.duration(ask.patience()))
            .build();
    return ask.show(
        "purging",
        change.doubt("poison list"),
        node -> node.purge(order),
        PoisonPurgeCommand::text);
  }

  private static String text(Purged done) {
    return (done.getDryRun() ? "would purge  " : "purged  ")
        + done.getPurged()
        + (done.getRunning() ? " so far; it goes on" : "")
        + Change.audit(done.getAudit())
        + "\n";
  }
}
