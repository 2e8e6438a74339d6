package dev.meshkit.cli;

import dev.meshkit.api.MeshException;
import dev.meshkit.control.Envelope;
import dev.meshkit.control.proto.RecoverRequest;
import dev.meshkit.control.proto.Recovered;
import dev.meshkit.control.proto.StatusRequest;
import java.nio.charset.StandardCharsets;
import java.util.Scanner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Goes on with a scope whose quorum is lost for good. */
@Command(
    name = "recover",
    description =
        "Make the node that is asked the only voter of a scope whose quorum is lost for good. What"
            + " only the lost voters knew is lost.",
    footer = {
      "",
      "Examples:",
      "  meshkit recover region/eu --data ./data/n3 --reason 'n1 and n2 burnt' --dry-run",
      "  meshkit recover region/eu --data ./data/n3 --reason 'n1 and n2 burnt' --yes"
    })
final class RecoverCommand implements Callable<Integer> {
  private static final String VERB = "recover";

  @Mixin private final Ask ask;
  @Mixin private final Change change = new Change();

  @Parameters(paramLabel = "SCOPE", description = "global, or region/NAME.")
  private String scope = "";

  @Option(names = "--yes", description = "Do not ask for the cluster's name.")
  private boolean yes;

  /** A verb that asks through {@code ask}. */
  RecoverCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    var reason = change.reason(VERB);
    var order =
        RecoverRequest.newBuilder()
            .setScope(scope)
            .setCluster(cluster())
            .setReason(reason)
            .setDryRun(change.dryRun())
            .setWait(Envelope.duration(ask.patience()))
            .build();
    return ask.show(
        "recovering " + scope,
        change.doubt("leaders"),
        node -> node.recover(order),
        RecoverCommand::text);
  }

  /** As a person types it, who then knows which cluster that is; else as the node says. */
  private String cluster() {
    if (!yes && !change.dryRun()) return typed();
    var asked = StatusRequest.getDefaultInstance();
    return ask.once("asking for the cluster", node -> node.status(asked)).orThrow().getCluster();
  }

  private String typed() {
    var console = ask.console();
    if (!console.terminal())
      throw new MeshException(Ask.usage(VERB, "nobody is there to be asked", "add --yes"));
    console.err().print("go on with " + scope + " without its other voters? the cluster's name: ");
    console.err().flush();
    var answers = new Scanner(console.in(), StandardCharsets.UTF_8); // the input stays open
    return answers.hasNextLine() ? answers.nextLine().strip() : "";
  }

  private static String text(Recovered done) {
    var word = done.getDryRun() ? "would begin" : "began";
    var text = word + " generation " + done.getGeneration() + " of " + done.getScope();
    return Text.safe(text + " without " + String.join(", ", done.getLostList())) + "\n";
  }
}
