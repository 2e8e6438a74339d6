package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Server;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T18: a channel may be shut down at any moment of its handshake. An HTTP/3 code in a handshake
 * that waits for an acknowledgement had QUIC make packets for ever, on an event loop that others
 * share, too.
 */
@Timeout(120)
class CancelledDialTest {
  private static final int DIALS = 300;
  private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private Meshless mesh;
  private Server server;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
    server = mesh.start(mesh.server().addService(new ProbeService()));
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  @Test
  void aDialMayBeGivenUpAtAnyMoment() throws Exception {
    var chance = new Random(1);
    for (var i = 0; i < DIALS; i++) {
      var channel = mesh.channel(server).build();
      ProbeGrpc.newStub(channel)
          .withWaitForReady()
          .unary(Ask.getDefaultInstance(), new Recorder<Answer>());
      LockSupport.parkNanos(chance.nextLong(MOST_NANOS));
      channel.shutdownNow();
      var dial = i;
      assertTrue(
          channel.awaitTermination(20, TimeUnit.SECONDS),
          () -> "dial " + dial + " does not end; event loops:" + eventLoops());
    }
  }

  /** Where they are: one that does not return is what such a dial waits for. */
  private static String eventLoops() {
    var loops = new StringBuilder();
    Thread.getAllStackTraces()
        .forEach(
            (thread, frames) -> {
              if (!thread.getName().contains("quic")) return;
              loops.append("\n").append(thread.getName());
              for (var frame : frames) loops.append("\n  ").append(frame);
            });
    return loops.toString();
  }
}
