package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** T5, T15, T18: whoever is made again hears that there is room again. */
@Timeout(60)
class ReadyAgainTest {
  private static final int WINDOW = 16 << 10;
  private static final int REQUEST = 60_000; // more than is ready, less than what is repeated

  private final CompletableFuture<QuicStreamChannel> kept = new CompletableFuture<>();
  private final CompletableFuture<QuicStreamChannel> refused = new CompletableFuture<>();
  private final CompletableFuture<QuicStreamChannel> again = new CompletableFuture<>();
  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  /** Keeps the first call, and reads nothing of the second. */
  private void asked(QuicStreamChannel stream, int connection) {
    if (connection > 1) {
      again.complete(stream);
    } else if (!kept.complete(stream)) {
      stream.config().setAutoRead(false);
      refused.complete(stream);
    }
  }

  private static ClientCall<Ask, Answer> talk(ManagedChannel channel, CallEvents events) {
    var call = channel.newCall(ProbeGrpc.getTalkMethod(), CallOptions.DEFAULT);
    call.start(events, new Metadata());
    call.request(1);
    return call;
  }

  /** All that it waits for at last is that the first connection gives up what it never took. */
  @Test
  void onReadyComesThoughTheLastWriteWasOfAnotherConnection() throws Exception {
    var manners = new RawServer.Manners("h3", _ -> {}, this::asked);
    try (var server = new RawServer(mesh.ca.identity(Meshless.SERVER), manners, WINDOW)) {
      var channel = mesh.open(mesh.channel(server.port()));
      var first = new CallEvents();
      talk(channel, first).sendMessage(Ask.getDefaultInstance());
      HeldLoop.await(server.request);
      var second = new CallEvents();
      var call = talk(channel, second);
      awaitReady(second, 1);
      call.sendMessage(ConformanceBed.ask(REQUEST, 0));
      on(refused, stream -> RawServer.goAway(stream.parent(), stream.streamId()));
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> server.received(2) > REQUEST);
      // by now the first connection still holds what it did not take, unless the machine is slow
      on(kept, RawServer::answer);
      assertEquals(Status.OK, first.awaitClose());
      awaitReady(second, 2);
      assertTrue(call.isReady());
      on(again, RawServer::answer);
      assertEquals(Status.OK, second.awaitClose());
    }
  }

  private static void awaitReady(CallEvents events, int times) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> events.events.count("ready") == times);
  }

  private static void on(CompletableFuture<QuicStreamChannel> one, Consumer<QuicStreamChannel> step)
      throws Exception {
    var stream = one.get(90, TimeUnit.SECONDS);
    stream.eventLoop().execute(() -> step.accept(stream));
  }
}
