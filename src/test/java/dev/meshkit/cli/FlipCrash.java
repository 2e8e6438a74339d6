package dev.meshkit.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.fail;

import dev.meshkit.MeshKit;
import dev.meshkit.api.Disposition;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Handler;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Received;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.ListenConfig;
import dev.meshkit.config.MeshConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * An agent that is killed by SIGKILL in the middle of a flip: its Stream is on the legacy socket
 * already, and what it has sent has no receipt, since the receiver's handler, in this process, ends
 * only when the agent is dead.
 */
public final class FlipCrash {
  /** What the agent sends before the flip, and after it. */
  public static final List<String> SENT = List.of("m1", "m2", "m3", "after");

  private static final String CHANGE = "meshkit::transport::eu";
  private static final NodeId RECEIVER = NodeId.of("eu", "n1");
  private static final NodeId SENDER = NodeId.of("eu", "n2");
  private static final Duration LONG = Duration.ofMinutes(2);

  private FlipCrash() {}

  /** Waits for the first of its messages; takes none before that. */
  private record Slow(Handler kept, CountDownLatch begun, CountDownLatch may) implements Handler {
    @Override
    public Disposition handle(Received received) throws InterruptedException {
      begun.countDown();
      may.await();
      return kept.handle(received);
    }
  }

  /** What was applied, in its order; the agent's links were as it was told, before and after. */
  public static List<String> applied(Path directory) throws Exception {
    var slow = new Slow(new Letterbox(), new CountDownLatch(1), new CountDownLatch(1));
    var data = directory.resolve("data").resolve(RECEIVER.name());
    var any = new Endpoint("127.0.0.1", 0);
    var config =
        MeshConfig.of(RECEIVER.region(), RECEIVER.name(), data)
            .withListen(ListenConfig.of(any).withLegacy(any))
            .withHttp(HttpConfig.off());
    try (var mesh = MeshKit.builder(MeshKit.dev(config).orThrow()).on(Letterbox.KIND, slow).open();
        var receiver = new AgentView(RECEIVER, data);
        var sender =
            new RollNode(
                directory, SENDER, List.of(), List.of("--join", mesh.endpoint().toString()))) {
      sender.view().awaitRoads(1, false);
      for (var body : SENT.subList(0, SENT.size() - 1)) send(sender.view(), body);
      await("the first message").atMost(LONG).until(() -> slow.begun().getCount() == 0);
      receiver.commit(CHANGE, 1);
      await("the agent's Stream on the legacy socket")
          .atMost(LONG)
          .until(() -> sender.view().hasMoved(true));
      if (!receiver.letters().isEmpty()) fail("there are receipts: it was not in the middle");
      sender.kill();
      slow.may().countDown();
      sender.restart();
      sender.view().awaitRoads(1, true);
      send(sender.view(), SENT.getLast());
      await("the last message")
          .atMost(LONG)
          .until(() -> receiver.letters().contains(SENT.getLast()));
      return receiver.letters();
    }
  }

  private static void send(AgentView from, String body) {
    await(body + " is taken").atMost(LONG).until(() -> from.send(RECEIVER, body).isOk());
  }
}
