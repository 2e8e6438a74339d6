package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.api.SendOptions;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.control.Posting;
import dev.meshkit.control.proto.Sent;
import dev.meshkit.link.Outbound;
import dev.meshkit.link.TimesToLive;
import dev.meshkit.queue.Audit;
import dev.meshkit.queue.Lane;
import dev.meshkit.queue.PoisonFilter;
import dev.meshkit.queue.QueueOptions;
import dev.meshkit.queue.SafeTaskQueue;
import dev.meshkit.queue.TaskCodec;
import dev.meshkit.queue.TaskOptions;
import dev.meshkit.queue.TaskSpec;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.store.Store;
import dev.meshkit.store.StoreOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * O14 An operator who waits for a message hears what one answer of the queue says, and nothing that
 * became of it a moment later. So the desk under test asks a queue that a test has prepared, while
 * the message itself waits, in its node's own queue, for a peer that does not come.
 */
@Timeout(120)
class PostDeskTest {
  private static final NodeId AWAY = NodeId.of("us", "n9");
  private static final Lane LANE = Lane.of(AWAY.toString());
  private static final Audit BY = new Audit("ana", "enough");
  private static final MeshError WHY =
      MeshError.of("error.test", "testing", "refused", "none", MeshError.Retry.NEVER);

  @TempDir private Path directory;

  /** What is to have become of task 1. */
  private interface Fate {
    void of(SafeTaskQueue<Bytes> queue) throws InterruptedException;
  }

  /** O14 The receipt was there: delivered, whoever looks again. */
  @Test
  void whatTheQueueSaysIsDoneIsDelivered() throws Exception {
    var sent = sent(queue -> settle(enqueue(queue, TaskOptions.DEFAULTS), Disposition.Ack.plain()));
    assertEquals(Sent.State.DELIVERED, sent.orThrow().getState());
  }

  /** Q30, O14 Dead, and purged before anybody could look at what it died of. */
  @Test
  void whatDiedAndIsPurgedIsNotDelivered() throws Exception {
    var dead =
        error(
            sent(
                queue -> {
                  settle(enqueue(queue, TaskOptions.DEFAULTS), new Disposition.Poison(WHY));
                  var poison = queue.poison();
                  var job = poison.purge(PoisonFilter.ALL, false, BY).orThrow();
                  poison.await(job.id(), Duration.ofSeconds(20)).orThrow();
                }));
    assertEquals("error.message.dead", dead.code());
    assertTrue(dead.why().startsWith("PERMANENT it was number 1 among the dead"), dead::why);
  }

  /** Q25, O14 Dropped for another's sake: nothing newer goes on by itself. */
  @Test
  void whatIsDroppedForRoomIsNotSaidToGoOn() throws Exception {
    var dropped =
        error(
            sent(
                queue -> {
                  enqueue(queue, TaskOptions.DEFAULTS.withCoalesceKey("price"));
                  enqueue(queue, TaskOptions.DEFAULTS.withCoalesceKey("load"));
                }));
    assertEquals("error.conflict", dropped.code());
    assertTrue(dropped.why().startsWith("dropped: it was the oldest where"), dropped::why);
    assertTrue(dropped.fix().contains("send what is so by now"), dropped::fix);
  }

  /** O14 The wait has come to nothing, and the message goes on: it is not to be sent again. */
  @Test
  void whoseWaitFailsHearsThatItIsQueued() throws Exception {
    var doubt = error(sent(queue -> enqueue(queue, TaskOptions.DEFAULTS).close()));
    assertEquals("error.timeout", doubt.code());
    assertEquals("delivering message 1 to n9", doubt.tried());
    var why = "it was queued, and whether it was applied there is not known: ";
    assertTrue(doubt.why().startsWith(why + "error.taskqueue.disposed"), doubt::why);
    assertTrue(doubt.fix().contains("do not send it again"), doubt::fix);
    assertEquals(MeshError.Retry.NEVER, doubt.retry());
  }

  /** What a desk says of the first message of a node, by a queue in which task 1 went so. */
  private Result<Sent> sent(Fate fate) throws Exception {
    var chance = new SplittableRandom(1);
    var asked = Files.createDirectory(directory.resolve("asked"));
    var rules = QueueOptions.of("mesh-out").carrier();
    var full = rules.capacity(rules.capacity().withTasks(1).dropping());
    try (var node = Node.open(config(), Map.of()).orThrow();
        var store = Store.open(StoreOptions.of(asked, "mesh", Clocks.system(), chance)).orThrow();
        var queue = SafeTaskQueue.open(store, full, TaskCodec.BYTES).orThrow();
        var outbound = new Outbound(queue, ports(store, chance))) {
      fate.of(queue);
      var posts =
          new PostDesk(node, new QueueDesk(queue, outbound, Clocks.system().wall(), _ -> {}));
      var message = Message.of("orders", Bytes.utf8("x"));
      var said = posts.send(AWAY, new Posting(message, SendOptions.BULK, Duration.ofMillis(1)));
      said.onOk(sent -> assertEquals(1, sent.getId()));
      return said;
    }
  }

  private MeshConfig config() {
    return MeshKit.dev(
            MeshConfig.of("eu", "n1", directory.resolve("n1"))
                .withListen(ListenConfig.of(new Endpoint("127.0.0.1", 0)))
                .withHttp(HttpConfig.off()))
        .orThrow();
  }

  private static Outbound.Ports ports(Store store, SplittableRandom chance) {
    var week = Duration.ofDays(7);
    return new Outbound.Ports(
        _ -> Result.err(WHY),
        store::uuid,
        _ -> Optional.empty(),
        chance,
        new TimesToLive(week, week, week, week));
  }

  private static SafeTaskQueue<Bytes> enqueue(SafeTaskQueue<Bytes> queue, TaskOptions options)
      throws InterruptedException {
    queue.enqueue(new TaskSpec<>(LANE, "t", Bytes.utf8("x"), options)).orThrow();
    return queue;
  }

  private static void settle(SafeTaskQueue<Bytes> queue, Disposition said)
      throws InterruptedException {
    queue.settle(queue.lease(1, Duration.ofSeconds(20)).orThrow().getFirst(), said).orThrow();
  }

  private static MeshError error(Result<Sent> said) {
    if (said instanceof Result.Err<Sent>(var error)) return error;
    throw new AssertionError("it was said to be fine: " + said);
  }
}
