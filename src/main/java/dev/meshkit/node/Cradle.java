package dev.meshkit.node;

import dev.meshkit.api.NodeId;
import dev.meshkit.election.Input;
import dev.meshkit.election.Joining;
import dev.meshkit.election.ScopeRecord;
import dev.meshkit.election.Verdict;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.wire.ElectCodec;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Where a scope waits that has not begun at this node: until a leader that takes it for a learner
 * shows its record, or this node is found to be the founder. One thread waits; any may tell.
 */
final class Cradle {
  private final Berth berth;
  private final ElectionPorts ports;
  private final Mailbox<Input> inputs;
  private final CommandBox commands;
  private final BlockingQueue<ScopeRecord> founded = new ArrayBlockingQueue<>(1);

  Cradle(Berth berth, ElectionPorts ports, Mailbox<Input> inputs, CommandBox commands) {
    this.berth = berth;
    this.ports = ports;
    this.inputs = inputs;
    this.commands = commands;
  }

  /** This node founds the scope; the first to say so counts. */
  void found(ScopeRecord first) {
    if (founded.offer(first)) inputs.offer(Input.Tick.NOW); // refused: the loop is awake anyway
  }

  /** The record to begin with; none if the node stops first. Blocks until either. */
  List<ScopeRecord> await() throws InterruptedException {
    while (true) {
      var own = founded.poll();
      if (own != null) return List.of(own);
      switch (inputs.take(Instant.MAX, Input.Tick.NOW)) {
        case Input.Stop() -> {
          return List.of();
        }
        case Input.Received(var from, var frame) -> {
          switch (Joining.hear(berth.scope(), berth.store(), berth.life(), frame)) {
            case Joining.Begin(var first) -> {
              return List.of(first);
            }
            case Joining.Ask(var ask) ->
                ports.peers().send(from, ask.key(), ElectCodec.frame(ask)); // lost: the next beat
            case Joining.Nothing() -> {}
          }
        }
        case Input.Commanded(var command) ->
            commands.replied(command.id(), new Verdict.NotLeader(NodeId.NOBODY));
        case Input.Tick _,
            Input.Counted _,
            Input.StorageDone _,
            Input.StorageFailed _,
            Input.ClockSuspect _,
            Input.Learners _,
            Input.Transfer _,
            Input.Recover _,
            Input.StepDown _,
            Input.Drained _,
            Input.Favoured _,
            Input.DiskAnswered _ -> {}
      }
    }
  }
}
