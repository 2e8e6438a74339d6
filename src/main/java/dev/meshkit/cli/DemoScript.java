package dev.meshkit.cli;

import dev.meshkit.cli.DemoSightings.Claim;
import dev.meshkit.cli.DemoSteps.Failed;
import dev.meshkit.control.Envelope;
import dev.meshkit.control.proto.DemoSummary;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The demo without a person: steps that show what MeshKit promises, and a summary of what was seen.
 * Every number is counted from what the handlers recorded and the watch saw.
 */
final class DemoScript {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration PAUSE = Duration.ofMillis(150);
  private static final Duration FLOW_BEFORE_KILL = Duration.ofMillis(500);
  private static final Duration FLOW_AROUND_MOVE = Duration.ofMillis(300);
  private static final String EU = "region/eu";
  private static final String US = "region/us";
  private static final List<String> SCOPES = List.of("global", EU, US);
  private static final int A_PAIR = 20;
  private static final int WHILE_AWAY = 1_000;

  private final DemoMesh mesh;
  private final DemoView view;
  private final DemoWatch watch;
  private final DemoEnd end;
  private final DemoSteps steps;
  private final InstantSource monotonic;
  private final DemoLedger ledger = new DemoLedger();
  private final DemoTraffic traffic;
  private final DemoRoll roll;
  private final DemoSummary.Builder summary = DemoSummary.newBuilder();
  private Optional<DemoNode> killed = Optional.empty();

  /**
   * A script on {@code mesh}, none of whose nodes has been started, of so many steps and the last.
   */
  DemoScript(
      DemoMesh mesh, List<DemoPlant> plants, int most, Console console, InstantSource monotonic) {
    this.mesh = mesh;
    this.monotonic = monotonic;
    this.view = new DemoView(mesh);
    this.watch = DemoWatch.start(mesh, plants, monotonic);
    this.traffic = new DemoTraffic(mesh, ledger);
    this.roll = new DemoRoll(mesh, view);
    this.end = new DemoEnd(mesh, watch, ledger, plants);
    this.steps = new DemoSteps(console.out(), monotonic, most);
  }

  /** Runs all steps; the last one whatever came before it. */
  DemoSummary run() throws InterruptedException {
    steps.step("alive", this::allAgree);
    steps.step("led", this::threeScopesAreLed);
    steps.step("pairs", this::everyPairTalks);
    steps.step("kill", this::leaderOfEuDies);
    steps.step("restart", this::theDeadReturns);
    steps.step("legacy", () -> transportOfUsMoves(true));
    steps.step("back", () -> transportOfUsMoves(false));
    steps.step("away", this::messagesWaitForN5);
    steps.always("stop", this::allStop);
    return summed(summary, steps);
  }

  /** No two leaders is worth something only where the watch saw one. */
  private String allStop() throws Failed, IOException, InterruptedException {
    var text = end.run(summary);
    var unseen = SCOPES.stream().filter(scope -> !watch.sightings().sawRuled(scope)).toList();
    if (!unseen.isEmpty()) throw new Failed("the watch saw nobody's authority over " + unseen);
    return text;
  }

  /** The summary of steps that are done: it is ok if each of them was. */
  static DemoSummary summed(DemoSummary.Builder summary, DemoSteps steps) {
    return summary
        .setApiVersion(Envelope.API_VERSION)
        .setKind("DemoSummary")
        .setOk(steps.isOk())
        .addAllSteps(steps.done())
        .build();
  }

  private String allAgree() throws Failed, IOException, InterruptedException {
    var begun = monotonic.instant();
    for (var node : mesh.nodes()) mesh.start(node);
    untilNothing("all five alive and agreed", view::dissent);
    var ready = Duration.between(begun, monotonic.instant());
    summary.setReadyMs(Math.toIntExact(ready.toMillis()));
    return "five nodes in two regions see each other alive and hold one view";
  }

  private String threeScopesAreLed() throws Failed, InterruptedException {
    var led = new ArrayList<String>();
    for (var scope : SCOPES) led.add(text(awaitLed(scope)));
    untilNothing("the voters to find themselves", view::fewVoters);
    oneVotesOfTwo();
    return String.join("   ", led);
  }

  /** A region of two goes on with one voter: with two, the loss of either would be that of both. */
  private void oneVotesOfTwo() throws Failed {
    var voters = view.voters(US);
    if (voters != 1) throw new Failed(US + ", of two nodes, has " + voters + " voters");
  }

  private Claim awaitLed(String scope) throws Failed, InterruptedException {
    return await("all to name one leader of " + scope, () -> view.led(scope));
  }

  private String everyPairTalks() throws Failed, InterruptedException {
    var pairs = mesh.nodes().size() * (mesh.nodes().size() - 1);
    var promised = traffic.sendAll(A_PAIR);
    if (promised != pairs * A_PAIR)
      throw new Failed("only " + promised + " of " + pairs * A_PAIR + " sends were accepted");
    awaitSettled();
    return promised + " messages, " + A_PAIR + " for each ordered pair, delivered";
  }

  private String leaderOfEuDies() throws Failed, InterruptedException {
    var old = awaitLed(EU);
    var victim = mesh.node(old.leader());
    var before = ledger.sent();
    var flow = traffic.flow();
    try {
      Thread.sleep(FLOW_BEFORE_KILL);
      killed = Optional.of(victim);
      mesh.kill(victim);
      var at = monotonic.instant();
      var next = await("a successor of " + old.leader(), () -> successor(old));
      summary.setLeaderGapMs(Math.toIntExact(gap(old, at).toMillis()));
      return "kill -9 "
          + victim
          + " under load; "
          + text(next)
          + "   leaderless "
          + summary.getLeaderGapMs()
          + " ms   sent meanwhile "
          + (ledger.sent() - before);
    } finally {
      flow.stop();
    }
  }

  private Optional<Claim> successor(Claim old) {
    return view.led(EU).filter(next -> next.isAfter(old));
  }

  private Duration gap(Claim old, Instant since) throws Failed, InterruptedException {
    return await("the successor's own word", () -> watch.sightings().gapAfter(old, since));
  }

  private String theDeadReturns() throws Failed, IOException, InterruptedException {
    var node = killed.orElseThrow();
    mesh.start(node);
    untilNothing(node + " back and all agreed", view::dissent);
    for (var scope : SCOPES) awaitLed(scope);
    awaitSettled();
    return node + " is back under a new generation; every message sent so far has been delivered";
  }

  private String transportOfUsMoves(boolean legacy) throws Failed, InterruptedException {
    var before = ledger.sent();
    var flow = traffic.flow();
    String said;
    try {
      Thread.sleep(FLOW_AROUND_MOVE);
      var at = monotonic.instant();
      var record = roll.order(legacy);
      untilNothing("n4 and n5 to move", () -> roll.inTheWay(legacy));
      var took = Duration.between(at, monotonic.instant()).toMillis();
      var where = legacy ? "over the legacy socket" : "without it again";
      said =
          "n4 and n5 talk " + where + ", " + took + " ms after the order (record " + record + ")";
      Thread.sleep(FLOW_AROUND_MOVE);
    } finally {
      flow.stop();
    }
    awaitSettled();
    return said + "   sent meanwhile " + (ledger.sent() - before) + ", all delivered";
  }

  private String messagesWaitForN5() throws Failed, IOException, InterruptedException {
    var n1 = mesh.node("n1");
    var n5 = mesh.node("n5");
    var exit = mesh.stop(n5);
    if (exit != 0) throw new Failed("n5 stopped with exit status " + exit);
    var before = Letters.in(mesh.data(n5)).size();
    var promised = traffic.send(n1, n5, WHILE_AWAY);
    if (promised != WHILE_AWAY)
      throw new Failed("only " + promised + " of " + WHILE_AWAY + " sends were accepted");
    mesh.start(n5);
    untilNothing("n5 back and all agreed", view::dissent);
    awaitSettled();
    var applied = Letters.in(mesh.data(n5)).size() - before;
    if (applied != WHILE_AWAY)
      throw new Failed(applied + " messages applied where " + WHILE_AWAY + " were sent");
    oneVotesOfTwo();
    return WHILE_AWAY + " messages sent while n5 was stopped, each applied once";
  }

  private void awaitSettled() throws Failed, InterruptedException {
    untilNothing("every queue to be empty", () -> view.waiting().stream().findFirst());
  }

  /** Waits until nothing is in the way; what last was, is part of the failure. */
  private void untilNothing(String what, Supplier<Optional<String>> inTheWay)
      throws Failed, InterruptedException {
    var last = new AtomicReference<Optional<String>>(Optional.empty());
    try {
      await(
          what,
          () -> {
            var found = inTheWay.get();
            last.set(found);
            return found.isEmpty() ? Optional.of(true) : Optional.empty();
          });
    } catch (Failed late) {
      throw new Failed(
          late.getMessage()
              + "; "
              + Objects.requireNonNull(last.get()).orElse("nothing is in the way now"));
    }
  }

  private <T> T await(String what, Supplier<Optional<T>> look) throws Failed, InterruptedException {
    var deadline = monotonic.instant().plus(PATIENCE);
    while (monotonic.instant().isBefore(deadline)) {
      var found = look.get();
      if (found.isPresent()) return found.get();
      Thread.sleep(PAUSE);
    }
    throw new Failed("waited " + PATIENCE.toSeconds() + " s for " + what);
  }

  private static String text(Claim led) {
    return led.leader()
        + " leads "
        + led.scope()
        + " (fence "
        + led.generation()
        + "."
        + led.term()
        + ")";
  }
}
