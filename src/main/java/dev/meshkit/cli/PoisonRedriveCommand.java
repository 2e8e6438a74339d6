package dev.meshkit.cli;

import dev.meshkit.api.MeshException;
import dev.meshkit.control.proto.RedriveRequest;
import dev.meshkit.control.proto.Redriven;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
  private static final Pattern RATE = Pattern.compile("([0-9]{1,6}(?:\\.[0-9]{1,3})?)/s");

  @Mixin private final Ask ask;

  @Parameters(arity = "0..1", paramLabel = "ID", description = "As poison list shows it.")
  private long id;

  @Option(names = "--kind", paramLabel = "KIND", description = "All of this kind and --code.")
  private String kind = "";

  @Option(names = "--code", paramLabel = "CODE", description = "The code they died of.")
  private String code = "";

  @Option(names = "--rate", paramLabel = "N/s", description = "At most so many a second: 50/s.")
  private String rate = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; stands in the event.")
  private String reason = "";

  @Option(names = "--dry-run", description = "Only count them.")
  private boolean dryRun;

  /** A verb that asks through {@code ask}. */
  PoisonRedriveCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var many = !kind.isEmpty() && !code.isEmpty();
    if (id > 0 == many || (id > 0 && !(kind + code).isEmpty()))
      throw refused("which messages?", "give an ID, or both --kind and --code");
    if (reason.isBlank()) throw refused("a redrive has a reason", "add --reason 'why'");
    var order =
        RedriveRequest.newBuilder()
            .setId(id)
            .setMessageKind(kind)
            .setCode(code)
            .setRate(perSecond())
            .setReason(reason)
            .setDryRun(dryRun)
            .build();
    return ask.show("redriving", node -> node.redrive(order), PoisonRedriveCommand::text);
  }

  private static String text(Redriven done) {
    return (done.getDryRun() ? "would redrive  " : "redriven  ") + done.getRedriven() + "\n";
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
    return new MeshException(Ask.usage("poison redrive", why, fix));
  }
}
