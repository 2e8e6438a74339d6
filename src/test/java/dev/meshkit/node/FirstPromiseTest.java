package dev.meshkit.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Handler;
import dev.meshkit.api.Message;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.config.HttpConfig;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.gossip.Input;
import dev.meshkit.link.Dispatcher;
import dev.meshkit.link.LinkOptions;
import dev.meshkit.link.LinkPorts;
import dev.meshkit.link.Links;
import dev.meshkit.observe.Meters;
import dev.meshkit.pipeline.Compensation;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.runtime.Mailbox;
import dev.meshkit.security.DevCa;
import dev.meshkit.security.IdentityStore;
import dev.meshkit.security.OwnCredentials;
import dev.meshkit.security.Staged;
import dev.meshkit.wire.Decoded;
import dev.meshkit.wire.DeliverCodec;
import dev.meshkit.wire.Downward;
import dev.meshkit.wire.Upward;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A start that fails may take back its databases, because a node promises nothing before it is
 * ready: neither to a peer that reached its port already, nor to its own application.
 */
@Timeout(60)
class FirstPromiseTest {
  private static final NodeId N1 = NodeId.of("eu", "n1");
  private static final NodeId N2 = NodeId.of("eu", "n2");
  private static final Clocks CLOCKS = Clocks.system();

  @TempDir private Path directory;
  private final AtomicBoolean live = new AtomicBoolean();
  private final List<String> handled = new CopyOnWriteArrayList<>();
  private final Handler handler =
      message -> {
        handled.add(message.message().body().utf8() + (live.get() ? " in time" : " too early"));
        return Ack.plain();
      };

  @Test
  void untilItIsReadyANodeTakesNoMessage() throws InterruptedException {
    var ca = DevCa.open(directory.resolve("dev-ca"), CLOCKS.wall(), Chance.secure()).orThrow();
    enrolled(ca, N1);
    var ends = Compensation.open("test");
    // given a node all of whose doors are open, but that was not told to go yet
    var start = new NodeStart(config(), Map.of("greet", handler), ends);
    var built = start.prepared().orThrow();
    try (var peer = peer(ca)) {
      // when a peer delivers to it, and stays for as long as a question to it takes to fail
      var at = built.node().endpoint();
      assertEquals(N1, peer.greet(at).orThrow());
      try (var stream = peer.deliver(N1).orThrow()) {
        assertTrue(stream.send(DeliverCodec.up(new Upward.Open(bytes(7), Map.of()))));
        assertTrue(stream.send(parcel()));
        assertFalse(peer.sync(N1, Bytes.utf8("?"), Duration.ofSeconds(2)).isOk());
        // and its own application sends
        var early = built.node().send(N1, Message.of("greet", Bytes.utf8("me")));
        // then neither has an answer
        assertEquals("error.unavailable", assertInstanceOf(Result.Err.class, early).error().code());
        assertEquals(List.of(), handled);
        // and both have one when it is told to go
        live.set(true);
        var node = start.live(built);
        assertInstanceOf(Downward.Opened.class, answer(stream.receive().orElseThrow()));
        assertInstanceOf(Downward.Receipt.class, answer(stream.receive().orElseThrow()));
        assertEquals(List.of("you in time"), handled);
        assertTrue(node.send(N1, Message.of("greet", Bytes.utf8("me"))).isOk());
      }
    } finally {
      built.node().close();
    }
  }

  private MeshConfig config() {
    return MeshConfig.of("eu", "n1", directory.resolve("n1"))
        .withListen(MeshConfig.defaults().listen().withMesh(new Endpoint("127.0.0.1", 0)))
        .withHttp(HttpConfig.off());
  }

  private dev.meshkit.security.Credentials enrolled(DevCa ca, NodeId node) {
    var identity = directory.resolve(node.name()).resolve("identity");
    return ca.stage(new IdentityStore(identity, CLOCKS.wall()), node)
        .flatMap(Staged::adopt)
        .orThrow();
  }

  /** A node that is nothing but its links. */
  private Links peer(DevCa ca) {
    var meters = new Meters(Map.of());
    var inputs = new Mailbox<Input>(16, CLOCKS.monotonic());
    var ports =
        new LinkPorts(
            new Dispatcher(inputs, Map.of(), meters),
            (_, _) -> {},
            _ -> Endpoint.NONE,
            _ -> Endpoint.NONE,
            Set::of,
            CLOCKS,
            Chance.secure(),
            meters,
            _ -> {});
    return Links.open(LinkOptions.of(N2, ca.cluster()), OwnCredentials.of(enrolled(ca, N2)), ports)
        .orThrow();
  }

  private static Bytes parcel() {
    return DeliverCodec.up(
        new Upward.Parcel("bulk", 1, true, 1, "greet", bytes(1), Map.of(), Bytes.utf8("you")));
  }

  private static Bytes bytes(int filled) {
    var all = new byte[16];
    java.util.Arrays.fill(all, (byte) filled);
    return Bytes.of(all);
  }

  private static Downward answer(Bytes frame) {
    if (DeliverCodec.down(frame) instanceof Decoded.Whole<Downward>(var said)) return said;
    throw new AssertionError("no answer: " + frame);
  }
}
