package dev.meshkit.cli;

import dev.meshkit.api.MeshException;
import dev.meshkit.control.proto.EffectList;
import dev.meshkit.control.proto.EffectsRequest;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The newest effects, or those of which nobody knows. */
@Command(
    name = "list",
    description = "List the newest effects of runs on a node, or those in doubt.",
    footer = {
      "",
      "Examples:",
      "  meshkit effects list",
      "  meshkit effects list --state in-doubt -o json"
    })
final class EffectsListCommand implements Callable<Integer> {
  private static final int MOST = 500;

  @Mixin private final Ask ask;
  @Mixin private final Watch watch = new Watch();

  @Option(names = "--state", paramLabel = "STATE", description = "in-doubt: only those.")
  private String state = "";

  @Option(names = "--limit", paramLabel = "N", description = "At most so many; 100 unless told.")
  private long limit = 100;

  /** A verb that asks through {@code ask}. */
  EffectsListCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!state.isEmpty() && !state.equals("in-doubt"))
      throw new MeshException(
          Ask.usage(
              "effects list", "'" + state + "' is no state to list", "write --state in-doubt"));
    var asked =
        EffectsRequest.newBuilder()
            .setInDoubt(!state.isEmpty())
            .setLimit(Ask.limit(limit, MOST))
            .build();
    return watch.show(
        ask, "listing effects", node -> node.effects(asked), EffectsListCommand::table);
  }

  /** A line for each. */
  static String table(EffectList list) {
    var table = Table.of("RUN", "STEP", "MODE", "STATE", "TYPE", "TRIES", "TOKEN", "AT", "ERROR");
    for (var e : list.getItemsList())
      table.row(
          e.getRun(),
          e.getStep() + (e.getOccurrence() > 1 ? "#" + e.getOccurrence() : ""),
          e.getMode(),
          e.getState(),
          e.getType(),
          e.getTries(),
          e.getToken(),
          Text.of(e.getAt()),
          e.hasError() ? e.getError().getCode() + " " + e.getError().getText() : "");
    return Lists.view(list.getAnsweredBy(), list.getAgree(), list.getKnown()) + table + cut(list);
  }

  /** How many there are, where not all are shown. */
  static String cut(EffectList list) {
    if (list.getItemsCount() >= list.getTotal()) return "";
    return String.format(
        Locale.ROOT,
        "%,d of %,d shown: the view v_effects of mesh.db has them all%n",
        list.getItemsCount(),
        list.getTotal());
  }
}
