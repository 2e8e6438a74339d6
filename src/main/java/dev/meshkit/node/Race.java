package dev.meshkit.node;

import dev.meshkit.api.NodeId;
import dev.meshkit.election.Ballot;
import dev.meshkit.election.Round;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Where the answers to one round arrive: one place for each voter, so that a voter counts once, and
 * one for news that ends the round. Thread-safe; telling never blocks.
 */
final class Race {
  private final Round round;
  private final Map<NodeId, BlockingQueue<Ballot.Reply>> answers = new TreeMap<>();
  private final BlockingQueue<Ballot.Reply> rivals = new ArrayBlockingQueue<>(1);

  Race(Round round) {
    this.round = round;
    for (var voter : round.others()) answers.put(voter, new ArrayBlockingQueue<>(1));
  }

  Round round() {
    return round;
  }

  /** Puts a reply in its place; a second one finds it taken and is dropped. */
  void tell(Ballot.Reply reply) {
    switch (reply) {
      case Ballot.Answered(var voter, _, _) -> {
        var place = answers.get(voter);
        if (place != null) place.offer(reply);
      }
      case Ballot.Rival() -> rivals.offer(reply);
    }
  }

  /** Blocks until the voter has answered. */
  Ballot.Reply answer(NodeId voter) throws InterruptedException {
    var place = answers.get(voter);
    if (place == null) throw new IllegalStateException(voter + " was not asked");
    return place.take();
  }

  /** Blocks until the round is pointless. */
  Ballot.Reply rival() throws InterruptedException {
    return rivals.take();
  }
}
