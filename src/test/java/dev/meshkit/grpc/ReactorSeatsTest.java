package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** However a channel or a connection ends, its seat on a loop is free again, once. */
@Timeout(120)
class ReactorSeatsTest {
  private final Reactor reactor = Reactor.join();
  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    awaitTaken(0); // of tests before
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
    reactor.leave();
  }

  private void awaitTaken(int seats) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertEquals(seats, reactor.seats().taken()));
  }

  private static void call(ManagedChannel channel) {
    ProbeGrpc.newBlockingStub(channel)
        .withDeadlineAfter(20, TimeUnit.SECONDS)
        .unary(Ask.getDefaultInstance());
  }

  private Http3ServerBuilder server() throws Exception {
    return mesh.server().addService(new ProbeService());
  }

  @Test
  void anAcceptedConnectionDoesNotShareItsLoopWhileAnotherIsFree() throws Exception {
    var server = mesh.start(server());
    var first = mesh.open(mesh.channel(server));
    call(first);
    awaitTaken(2);
    for (var i = 0; i < 2; i++) {
      var next = mesh.channel(server).build();
      var carriesCalls = ((Http3Server) server).socket().orElseThrow().eventLoop();
      assertNotEquals(carriesCalls, ((Http3Channel) next).loop());
      call(next);
      next.shutdownNow();
      awaitTaken(2);
    }
  }

  @Test
  void endsInOrderAndOutOfItGiveEachSeatBack() throws Exception {
    var server = mesh.start(server());
    var ordered = mesh.channel(server).build();
    var cut = mesh.channel(server).build();
    var silent = mesh.channel(server).build(); // never dials
    call(ordered);
    call(cut);
    awaitTaken(5);
    ordered.shutdown();
    cut.shutdownNow();
    silent.shutdown();
    awaitTaken(0);
  }

  @Test
  void aServersEndInTwoStepsGivesTheSeatsOfItsConnectionsBack() throws Exception {
    var server = mesh.start(server());
    var channel = mesh.channel(server).build();
    call(channel);
    awaitTaken(2);
    server.shutdown();
    server.shutdownNow();
    awaitTaken(1);
    channel.shutdownNow();
    awaitTaken(0);
  }

  @Test
  void whoIsRefusedLeavesNoSeatTaken() throws Exception {
    var server = mesh.start(server().peerCheck((_, _) -> new Verdict.Refuse(9, "planted")));
    var channel = mesh.channel(server).build();
    assertThrows(StatusRuntimeException.class, () -> call(channel));
    channel.shutdownNow();
    awaitTaken(0);
  }
}
