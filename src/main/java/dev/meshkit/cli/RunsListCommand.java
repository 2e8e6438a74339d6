package dev.meshkit.cli;

import dev.meshkit.api.MeshException;
import dev.meshkit.control.proto.RunList;
import dev.meshkit.control.proto.RunsRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The newest runs, or those that are not over. */
@Command(
    name = "list",
    description = "List the newest runs of a node, or those that are open or parked.",
    footer = {"", "Examples:", "  meshkit runs list", "  meshkit runs list --state open -o json"})
final class RunsListCommand implements Callable<Integer> {
  private static final int MOST = 500;

  @Mixin private final Ask ask;
  @Mixin private final Watch watch = new Watch();

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "open: only those that are not over, the parked ones too.")
  private String state = "";

  @Option(names = "--limit", paramLabel = "N", description = "At most so many; 100 unless told.")
  private long limit = 100;

  /** A verb that asks through {@code ask}. */
  RunsListCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!state.isEmpty() && !state.equals("open"))
      throw new MeshException(
          Ask.usage("runs list", "'" + state + "' is no state to list", "write --state open"));
    var asked =
        RunsRequest.newBuilder().setOpen(!state.isEmpty()).setLimit(Ask.limit(limit, MOST)).build();
    return watch.show(ask, "listing runs", node -> node.runs(asked), RunsListCommand::table);
  }

  /** A line for each. */
  private static String table(RunList list) {
    var table = Table.of("RUN", "SUBJECT", "STATE", "BEGAN", "ENDED", "BUILD");
    for (var run : list.getItemsList())
      table.row(
          run.getRun(),
          run.getSubject(),
          run.getState() + (run.getForgotten() ? " forgotten" : ""),
          Text.of(run.getBegan()),
          run.hasEnded() ? Text.of(run.getEnded()) : "",
          run.getBuild());
    return Lists.view(list.getAnsweredBy(), list.getAgree(), list.getKnown()) + table;
  }
}
