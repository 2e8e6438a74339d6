package dev.meshkit.cli;

import dev.meshkit.api.MeshException;
import dev.meshkit.control.Envelope;
import dev.meshkit.control.proto.RedriveRequest;
import dev.meshkit.control.proto.Redriven;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Gives dead messages another life. */
@Command(
    name = "redrive",
    description = "Give dead messages back to their lanes: one by id, or all of a kind and code.",
    footer = {
      "",
      "Examples:",
      "  meshkit poison redrive 17 --reason 'handler fixed'",
      "  meshkit poison redrive --kind orders --code error.exception --reason 'handler fixed' --dry-run"
    })
final class PoisonRedriveCommand implements Callable<Integer> {
  private static final String VERB = "poison redrive";
  private static final Pattern RATE = Pattern.compile("([0-9]{1,6}(?:\\.[0-9]{1,3})?)/s");

  @Mixin private final Ask ask;

  @Mixin private final Change change = new Change();
  @Mixin private final DeadOnes dead = new DeadOnes();

  @Option(names = "--rate", paramLabel = "N/s", description = "At most so many a second: 50/s.")
  private String rate = "";

  @Option(names = "--max", paramLabel = "N", description = "At most so many in all.")
  private long max;

  @Option(
      names = "--to-lane",
      paramLabel = "KEY",
      description = "To the lane of another peer, region/name.")
  private String toLane = "";

  @Option(names = "--head", description = "Before what waits there, not behind it.")
  private boolean head;

  @Option(
      names = "--as-new",
      description = "With new ids and tokens: a receiver that has one applies it again.")
  private boolean asNew;

  /** A verb that asks through {@code ask}. */
  PoisonRedriveCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    dead.check(VERB);
    if (max < 0) throw refused(max + " is no number of messages", "write it like --max 100");
    var order =
        RedriveRequest.newBuilder()
            .setId(dead.id())
            .setMessageKind(dead.kind())
            .setCode(dead.code())
            .setRate(perSecond())
            .setMax(max)
            .setToLane(toLane)
            .setHead(head)
            .setAsNew(asNew)
            .setReason(change.reason(VERB))
            .setDryRun(change.dryRun())
            .setWait(Envelope.duration(ask.patience()))
            .build();
    return ask.show(
        "redriving",
        change.doubt("poison list"),
        node -> node.redrive(order),
        PoisonRedriveCommand::text);
  }

  private static String text(Redriven done) {
    return (done.getDryRun() ? "would redrive  " : "redriven  ")
        + done.getRedriven()
        + (done.getRunning() ? " so far; it goes on" : "")
        + (done.getStaying() > 0 ? ", " + done.getStaying() + " may not come back: MK-QUE-002" : "")
        + Change.audit(done.getAudit())
        + "\n";
  }

  private double perSecond() {
    if (rate.isEmpty()) return 0;
    var parts = RATE.matcher(rate);
    if (!parts.matches()) throw refused("'" + rate + "' is no rate", "write it like 50/s");
    var perSecond = Double.parseDouble(parts.group(1));
    if (perSecond <= 0) throw refused("at " + rate + " nothing would move", "write it like 50/s");
    return perSecond;
  }

  private static MeshException refused(String why, String fix) {
    return new MeshException(Ask.usage(VERB, why, fix));
  }
}
