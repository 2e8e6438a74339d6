package dev.meshkit.cli;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.control.Envelope;
import dev.meshkit.control.proto.ChangeVotersRequest;
import dev.meshkit.control.proto.ChangeVotersRequest.Op;
import dev.meshkit.control.proto.LeaderItem;
import dev.meshkit.control.proto.LeaderList;
import dev.meshkit.control.proto.LeadersRequest;
import dev.meshkit.control.proto.VotersChanged;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Who votes in a scope. */
@Command(
    name = "voters",
    description = "Show who votes in a scope, or change it: one voter, or one rank, at a time.",
    footer = {
      "",
      "Examples:",
      "  meshkit leaders voters region/eu",
      "  meshkit leaders voters region/eu rank n2 5 --reason 'n2 has the better disk'"
    })
final class LeadersVotersCommand implements Callable<Integer> {
  private static final String VERB = "leaders voters";
  private static final Map<String, Op> OPS =
      Map.of("add", Op.ADD, "remove", Op.REMOVE, "rank", Op.RANK);
  private static final int DEFAULT_RANK = 10;
  private static final int MOST_RANK = 255;

  @Mixin private final Ask ask;
  @Mixin private final Change change = new Change();

  @Parameters(index = "0", paramLabel = "SCOPE", description = "global, or region/NAME.")
  private String scope = "";

  @Parameters(
      index = "1..*",
      arity = "0..3",
      paramLabel = "CHANGE",
      description = "add NODE [RANK], remove NODE, or rank NODE RANK; 255 only votes.")
  private List<String> words = List.of();

  /** A verb that asks through {@code ask}. */
  LeadersVotersCommand(Ask ask) {
    this.ask = ask;
  }

  @Override
  public Integer call() {
    if (words.isEmpty()) return list();
    var op = op();
    var order =
        ChangeVotersRequest.newBuilder()
            .setScope(scope)
            .setOp(op)
            .setNode(words.get(1))
            .setRank(rank())
            .setReason(change.reason(VERB))
            .setDryRun(change.dryRun())
            .setWait(Envelope.duration(ask.patience()))
            .build();
    return ask.show(
        "changing the voters of " + scope,
        change.doubt("leaders"),
        node -> node.changeVoters(order),
        LeadersVotersCommand::text);
  }

  private int list() {
    var asked = LeadersRequest.getDefaultInstance();
    var all = ask.once("listing the voters", node -> node.leaders(asked)).orThrow();
    var one = all.toBuilder().clearItems();
    for (var item : all.getItemsList()) if (item.getScope().equals(scope)) one.addItems(item);
    if (one.getItemsCount() == 0) throw new MeshException(unknown());
    ask.print(one.build(), LeadersVotersCommand::table);
    return ExitCode.DONE.status();
  }

  private MeshError unknown() {
    return MeshError.of(
        "error.not_found",
        "listing the voters",
        "this node knows no scope '" + scope + "'",
        "see meshkit leaders",
        MeshError.Retry.SAFE);
  }

  private Op op() {
    var op = OPS.getOrDefault(words.getFirst(), Op.NONE);
    var fits =
        switch (op) {
          case ADD -> words.size() == 2 || words.size() == 3;
          case REMOVE -> words.size() == 2;
          case RANK -> words.size() == 3;
          case NONE, UNRECOGNIZED -> false;
        };
    if (!fits) throw wrong("'" + String.join(" ", words) + "' is no change of voters");
    return op;
  }

  private int rank() {
    if (words.size() < 3) return DEFAULT_RANK;
    var text = words.get(2);
    var isRank = text.matches("[0-9]{1,3}") && Integer.parseInt(text) <= MOST_RANK;
    if (!isRank) throw wrong("'" + text + "' is no rank of 0 to 255");
    return Integer.parseInt(text);
  }

  private static MeshException wrong(String why) {
    return new MeshException(
        Ask.usage(VERB, why, "write add NODE [RANK], remove NODE, or rank NODE RANK"));
  }

  private static String table(LeaderList list) {
    var item = list.getItems(0);
    var table = Table.of("VOTER", "RANK", "REACHABLE", "LEADS");
    for (var voter : item.getVotersList())
      table.row(
          voter.getNode(),
          voter.getRank(),
          voter.getReachable() ? "yes" : "no",
          voter.getNode().equals(item.getLeader()) ? "yes" : "");
    return Lists.view(list.getAnsweredBy(), list.getAgree(), list.getKnown())
        + table
        + quorum(item);
  }

  private static String quorum(LeaderItem item) {
    if (item.getVotersCount() == 0) return "only its voters know who votes; ask one of them\n";
    return Text.safe("record " + item.getRecord())
        + "   "
        + item.getReachable()
        + " of "
        + item.getNeeded()
        + " needed reachable, margin "
        + item.getMargin()
        + "\n"
        + autopilot(item);
  }

  private static String autopilot(LeaderItem item) {
    return item.getAutopilot().isEmpty()
        ? ""
        : Text.safe("autopilot " + item.getAutopilot()) + "\n";
  }

  private static String text(VotersChanged done) {
    var word = done.getDryRun() ? "would " : "done: ";
    var text = word + done.getText() + " in " + done.getScope();
    return Text.safe(text) + "   version " + done.getVersion() + "\n";
  }
}
