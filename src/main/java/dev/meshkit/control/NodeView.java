package dev.meshkit.control;

import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.control.proto.BackedUp;
import dev.meshkit.control.proto.EffectList;
import dev.meshkit.control.proto.EffectResolved;
import dev.meshkit.control.proto.EventItem;
import dev.meshkit.control.proto.Forgot;
import dev.meshkit.control.proto.GateChanged;
import dev.meshkit.control.proto.GateExplanation;
import dev.meshkit.control.proto.GateItem;
import dev.meshkit.control.proto.GatePlan;
import dev.meshkit.control.proto.HandedOver;
import dev.meshkit.control.proto.LeaderItem;
import dev.meshkit.control.proto.MemberItem;
import dev.meshkit.control.proto.NodeStatus;
import dev.meshkit.control.proto.Paused;
import dev.meshkit.control.proto.PoisonItem;
import dev.meshkit.control.proto.PoisonMessage;
import dev.meshkit.control.proto.Purged;
import dev.meshkit.control.proto.QueueItem;
import dev.meshkit.control.proto.Recovered;
import dev.meshkit.control.proto.Redriven;
import dev.meshkit.control.proto.RunAbandoned;
import dev.meshkit.control.proto.RunItem;
import dev.meshkit.control.proto.Sent;
import dev.meshkit.control.proto.SentCopy;
import dev.meshkit.control.proto.TraceItem;
import dev.meshkit.control.proto.VotersChanged;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a node shows its operators and does for them: the port that {@code node} implements and the
 * admin socket, the health endpoints and the command line read.
 *
 * <p>Answers are the messages of {@code admin.proto} without their envelope: fields 1 to 7 are
 * stamped from {@link #origin()} by the caller. Nodes in them are written as {@link
 * NodeNames#text}. Thread-safe; queries never wait for a peer or a quorum, and need neither.
 */
public interface NodeView {
  /** Who answers, how fresh it is, and how many members agree. */
  Origin origin();

  /** The node itself, its checks included: what {@code /readyz} judges by. */
  NodeStatus status();

  /** Whether every loop has turned lately: what {@code /livez} judges by. */
  List<dev.meshkit.control.proto.Check> liveness();

  /** The members this node sees, itself included. */
  List<MemberItem> members();

  /** Each scope this node has heard of. */
  List<LeaderItem> leaders();

  /**
   * Makes another voter lead a scope. {@code error.no_leader}: nobody led; {@code
   * error.precondition}: leadership stays where it is; {@code error.timeout}: it is not known yet.
   */
  Result<HandedOver> handOver(HandOver order) throws InterruptedException;

  /**
   * Changes who votes in a scope. {@code error.no_leader}: nobody leads, nothing changed; {@code
   * error.precondition}: a rule refuses it; {@code error.timeout}: it may be committed yet.
   */
  Result<VotersChanged> changeVoters(VoterOrder order) throws InterruptedException;

  /**
   * Begins the next generation of a scope, this node its only voter. {@code error.precondition}: a
   * quorum may be reached, or this node does not vote; {@code error.validation}: another cluster.
   */
  Result<Recovered> recover(Recovery order) throws InterruptedException;

  /** Each change that is committed somewhere, or that this build has. */
  Result<List<GateItem>> gates() throws InterruptedException;

  /** One change with what each member says of it; {@code error.not_found} if nobody knows it. */
  Result<GateItem> gate(String change, Duration within) throws InterruptedException;

  /** Who would run another version, who would not and who cannot; changes nothing. */
  Result<GatePlan> planGate(GateOrder order) throws InterruptedException;

  /**
   * Has another version run. {@code error.conflict}: it is not what the order expects; {@code
   * error.precondition}: not now; {@code error.no_leader}: nobody leads, nothing changed; {@code
   * error.timeout}: it may be committed yet.
   */
  Result<GateChanged> changeGate(GateOrder order) throws InterruptedException;

  /** Why a subject runs what it runs here. */
  Result<GateExplanation> explainGate(String change, String subject) throws InterruptedException;

  /** What runs have done: of one run, or the newest, or all of which nobody knows. */
  Result<EffectList> effects(String run, boolean inDoubt, int limit) throws InterruptedException;

  /** Says what became of a call of which nobody knows. */
  Result<EffectResolved> resolveEffect(EffectOrder order) throws InterruptedException;

  /** What runs there are: the newest, or all that are not over. */
  Result<List<RunItem>> runs(boolean open, int limit) throws InterruptedException;

  /** Gives a run up: it is never executed again, and what it has done stays done. */
  Result<RunAbandoned> abandonRun(RunOrder order) throws InterruptedException;

  /**
   * Takes a node for gone for good: what waits here for it, and what is sent to it, is dead. {@code
   * error.precondition}: it is seen alive; {@code error.not_found}: it was not forgotten.
   */
  Result<Forgot> forget(ForgetOrder order) throws InterruptedException;

  /** Each lane of the durable queue. */
  Result<List<QueueItem>> queue() throws InterruptedException;

  /** Dead messages, newest first. */
  Result<List<PoisonItem>> poison(PoisonFilter filter) throws InterruptedException;

  /** One dead message with its headers, body and history; empty if there is none of that id. */
  Result<Optional<PoisonMessage>> poisonMessage(long id) throws InterruptedException;

  /** Gives dead messages back to their lanes, token and number unchanged. */
  Result<Redriven> redrive(Redrive command) throws InterruptedException;

  /** Removes dead messages for good. */
  Result<Purged> purge(PoisonOrder command) throws InterruptedException;

  /** Stops or goes on sending: a lane, the lanes of a peer, or the whole queue. */
  Result<Paused> pause(PauseOrder command) throws InterruptedException;

  /**
   * Copies the node's {@code mesh.db} as it is now to a file beside which its manifest is written;
   * for {@code actor}. Blocks for as long as that takes, while others read and write.
   */
  Result<BackedUp> backup(Path to, String actor) throws InterruptedException;

  /**
   * What this node saw, oldest first. Following is asking again with {@code after} the last number.
   */
  Result<List<EventItem>> events(EventQuery query) throws InterruptedException;

  /**
   * Queues a message. Durable when it returns; with a positive wait it returns after the receipt,
   * or {@code error.timeout}: then the message stays queued, or what became of it is not known.
   */
  Result<Sent> send(NodeId to, Posting posting) throws InterruptedException;

  /**
   * Queues a message for each other member of a region, empty for all. Durable when it returns;
   * with a positive wait it returns once each copy has ended or the wait is over, and says so of
   * each.
   */
  Result<List<SentCopy>> broadcast(String region, Posting posting) throws InterruptedException;

  /**
   * What a message went through here, oldest first; {@code error.not_found} if nothing is known.
   */
  Result<List<TraceItem>> trace(long id) throws InterruptedException;

  /** The nodes this node knows, to write and read their names. */
  NodeNames names();
}
