package dev.meshkit.node;

import dev.meshkit.api.Scope;
import dev.meshkit.election.Ballot;
import dev.meshkit.election.Input;
import dev.meshkit.election.Round;
import dev.meshkit.observe.ElectionEvent;
import dev.meshkit.observe.Metric;
import dev.meshkit.runtime.Fanout;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.wire.ElectCodec;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;

/**
 * Runs one race at a time: quorum, rival (a heartbeat, a later record, a better candidate) or
 * timeout, whichever is first. It decides nothing; it only ends early, and the core judges.
 *
 * <p>One virtual thread runs {@link #run}; the scope's {@link ElectionLoop} calls {@link #begin}
 * and {@link #tell}. They meet in a {@link Race}, which has one place for each voter's answer.
 */
final class CampaignLoop {
  private static final int WAITING = 4; // a race that was given up is over in no time

  private final Scope scope;
  private final ElectionPorts ports;
  private final Mailbox<Input> inputs;
  private final BlockingQueue<Race> races = new ArrayBlockingQueue<>(WAITING);
  private volatile Optional<Race> latest = Optional.empty(); // written by the election loop only

  /** Of one scope; what was counted goes to {@code inputs}. */
  CampaignLoop(Scope scope, ElectionPorts ports, Mailbox<Input> inputs) {
    this.scope = scope;
    this.ports = ports;
    this.inputs = inputs;
  }

  /** Starts a race. Never blocks; should too many wait, the core gives this one up by itself. */
  void begin(Round round) {
    var race = new Race(round);
    latest = Optional.of(race);
    races.offer(race);
  }

  /** An answer, or news that ends it, for the race of a round; late ones are dropped. */
  void tell(long round, Ballot.Reply reply) {
    latest.filter(race -> race.round().id() == round).ifPresent(race -> race.tell(reply));
  }

  /** Races until interrupted. */
  void run() throws InterruptedException {
    while (true) {
      var race = races.take();
      var event = ElectionEvent.started();
      var ballot = run(race);
      var result = result(ballot);
      if (!ballot.round().pre() || !result.equals("WON"))
        ports.meters().count(Metric.ELECTIONS_TOTAL, scope.text(), result);
      event.end(
          new ElectionEvent.Round(
              ballot.round().self().toString(),
              scope.text(),
              ballot.round().term(),
              ballot.round().id(),
              ballot.round().pre() ? "PRE_VOTE" : "VOTE",
              ballot.granted().size(),
              ballot.refused().size(),
              against(ballot),
              result));
      inputs.offer(new Input.Counted(ballot)); // refused: the core's own deadline ends the round
    }
  }

  /** Asks everyone at once and folds the answers, until decided or the deadline. */
  private Ballot run(Race race) throws InterruptedException {
    var round = race.round();
    var start = Ballot.of(round);
    if (start.decided()) return start;
    var frame = ElectCodec.frame(round.ask());
    var key = round.ask().key();
    var asks = new ArrayList<Callable<Ballot.Reply>>();
    for (var voter : round.others())
      asks.add(
          () -> {
            ports.peers().send(voter, key, frame); // no link: as silent as a lost answer
            return race.answer(voter);
          });
    asks.add(race::rival);
    return Fanout.gather("race-" + round.term(), round.deadline(), start, asks);
  }

  /** Who did not grant, and why: the refusals, then who has not answered by then. */
  private static String against(Ballot ballot) {
    var all = new ArrayList<String>();
    ballot.refused().forEach((voter, answer) -> all.add(voter + " " + answer.why()));
    for (var voter : ballot.round().others())
      if (!ballot.granted().contains(voter) && !ballot.refused().containsKey(voter))
        all.add(voter + " silent");
    return String.join(", ", all);
  }

  private static String result(Ballot ballot) {
    if (ballot.won()) return "WON";
    if (ballot.rival()) return "RIVAL";
    return ballot.decided() ? "LOST" : "TIMEOUT";
  }
}
