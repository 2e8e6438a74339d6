package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T15: what a sender that looks at {@code isReady} can leave unsent, counted in bytes, and that it
 * costs nobody else.
 */
@Timeout(120)
class SendBoundsTest {
  private static final int MESSAGE = 60_000;
  private static final int LARGE = 1_000_000;
  private static final long STREAM_WINDOW = 512 << 10;
  private static final long CONNECTION_WINDOW = 4 << 20;
  private static final long READ_AHEAD = 64 << 10;
  private static final long A_CALL = 96 << 10; // ready below 32 KiB, and 64 KiB past that

  private final HandledCalls handled = new HandledCalls();
  private Meshless mesh;
  private Server server;
  private ManagedChannel channel;

  /** A call that nobody reads: its client's end and its server's. */
  private record Unread(
      ClientCall<Ask, Answer> call, CallEvents events, HandledCalls.Handled served) {}

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
    var talk = ProbeGrpc.getTalkMethod();
    server =
        mesh.start(
            mesh.server()
                .addService(
                    ServerServiceDefinition.builder(ProbeGrpc.SERVICE_NAME)
                        .addMethod(talk, handled)
                        .addMethod(
                            new ProbeService().bindService().getMethod("meshkit.test.Probe/Unary"))
                        .build()));
    channel = mesh.open(mesh.channel(server));
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  private Unread unread() throws Exception {
    var call = channel.newCall(ProbeGrpc.getTalkMethod(), CallOptions.DEFAULT);
    var events = new CallEvents();
    call.start(events, new Metadata());
    var served = handled.next();
    served.call.sendHeaders(new Metadata());
    return new Unread(call, events, served);
  }

  private static Answer answer(int bytes) {
    return Answer.newBuilder().setBody(ConformanceBed.ask(bytes, 0).getBody()).build();
  }

  @Test
  void aClientIsReadyForItsWindowAndNoMoreThanItsBound() throws Exception {
    var one = unread();
    var ask = ConformanceBed.ask(MESSAGE, 0);
    assertBounded(one.call()::isReady, () -> one.call().sendMessage(ask));
  }

  @Test
  void aServerIsReadyForItsWindowAndNoMoreThanItsBound() throws Exception {
    var one = unread();
    assertBounded(one.served().call::isReady, () -> one.served().call.sendMessage(answer(MESSAGE)));
  }

  private static void assertBounded(BooleanSupplier ready, Runnable send) {
    var sent = 0L;
    while (sent < 64L << 20 && ConformanceBed.becomes(ready)) {
      send.run();
      sent += MESSAGE;
    }
    var most = STREAM_WINDOW + READ_AHEAD + A_CALL;
    var bytes = sent;
    assertTrue(sent <= most + MESSAGE, () -> "sent " + bytes + " of at most " + most);
    assertTrue(sent >= STREAM_WINDOW / 2, () -> "sent only " + bytes);
  }

  /** Large answers that nobody reads: together they leave no more than 8 MiB and one unsent. */
  @Test
  void allCallsOfAConnectionAreBoundedTogether() throws Exception {
    var calls = new ArrayList<Unread>();
    for (var i = 0; i < 30; i++) calls.add(unread());
    var waiter = unread(); // has nothing unsent itself
    var sent = sendWhileReady(calls);
    var most = calls.size() * READ_AHEAD + CONNECTION_WINDOW + SendBudget.MOST_BYTES + LARGE;
    assertTrue(sent <= most, () -> "sent " + sent + " of at most " + most);
    assertTrue(sent >= SendBudget.MOST_BYTES, () -> "sent only " + sent);
    assertFalse(waiter.served().call.isReady(), "nobody is ready");
    // when they are read after all, every one of them is told that it may send again
    var told = waiter.served().events.count("ready");
    for (var one : calls) one.call().request(Integer.MAX_VALUE);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> waiter.served().events.count("ready") > told);
    for (var one : calls) {
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(one.served().call::isReady);
      one.served().call.close(Status.OK, new Metadata());
    }
    for (var one : calls) assertEquals(Status.OK, one.events().awaitClose());
    var heard = calls.stream().mapToLong(one -> one.events().events.count("message")).sum();
    assertEquals(sent / LARGE, heard, "nothing was lost");
  }

  /** Their streams stay open for Netty, lest FIN overtakes the reset; what they hold does not. */
  @Test
  void cancelledUploadsHoldNothingBack() throws Exception {
    var calls = new ArrayList<Unread>();
    for (var i = 0; i < 30; i++) calls.add(unread());
    var waiter = unread();
    var ask = ConformanceBed.ask(LARGE, 0);
    for (var one : calls) one.call().sendMessage(ask);
    Awaitility.await().until(() -> !waiter.call().isReady());
    for (var one : calls) one.call().cancel("not wanted", null);
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(waiter.call()::isReady);
    for (var one : calls) {
      assertEquals(Status.Code.CANCELLED, one.events().awaitClose().getCode());
      one.served().events.expect("cancel");
    }
  }

  /** A message at a time, each handed to the loop before one looks again; until none is ready. */
  private long sendWhileReady(List<Unread> calls) throws Exception {
    var loop = ((Http3Server) server).socket().orElseThrow().eventLoop();
    var sent = 0L;
    for (var one : calls) {
      if (!one.served().call.isReady()) continue;
      one.served().call.sendMessage(answer(LARGE));
      loop.submit(() -> {}).get();
      sent += LARGE;
    }
    return sent;
  }

  /**
   * The others keep all of their calls, of which nine in ten were asked for. Three: QUIC gives
   * credit back when half of a window was read, so four calls of 512 KiB that nobody reads stop a
   * connection of 4 MiB.
   */
  @Test
  void threeStalledCallsCostTheOthersNothing() throws Exception {
    var stalled = new ArrayList<Unread>();
    for (var i = 0; i < 3; i++) {
      var one = unread();
      for (var sent = 0; sent < 20; sent++) one.served().call.sendMessage(answer(MESSAGE));
      stalled.add(one);
    }
    var stub = ProbeGrpc.newStub(channel);
    var others = new ArrayList<Recorder<Answer>>();
    for (var i = 0; i < 400; i++) { // more than a window of the connection
      var answers = new Recorder<Answer>();
      stub.unary(ConformanceBed.ask(1_000, 15_000), answers);
      others.add(answers);
    }
    for (var answers : others) assertEquals(Status.OK, answers.status());
    for (var one : stalled) {
      assertEquals(0, one.events().events.count("message"));
      assertFalse(one.served().call.isReady(), "so it was stalled all the while");
    }
  }

  /** And nine in ten of their rate: one after the other each still costs a packet a direction. */
  @Test
  void besideStalledCallsTheOthersCostNoMorePackets() throws Exception {
    for (var i = 0; i < 3; i++) {
      var one = unread();
      for (var sent = 0; sent < 20; sent++) one.served().call.sendMessage(answer(MESSAGE));
      Awaitility.await().until(() -> !one.served().call.isReady());
    }
    var stub = ProbeGrpc.newBlockingStub(channel);
    try (var asks = Datagrams.of(channel);
        var answers = Datagrams.of(server)) {
      Awaitility.await() // a machine that is busy elsewhere is late with answers, but not always
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> {
                var asked = asks.count();
                var answered = answers.count();
                for (var i = 0; i < 90; i++) stub.unary(Ask.getDefaultInstance());
                assertAtMost(100, asks.count().since(asked));
                assertAtMost(100, answers.count().since(answered));
              });
    }
  }

  private static void assertAtMost(int packets, Datagrams.Count count) {
    assertTrue(count.packets() <= packets, count::toString);
    assertTrue(count.flushes() <= packets, count::toString);
  }

  /** What is ready again once less than half of 8 MiB is left. */
  @Test
  void theBudgetHasRoomAgainAtHalf() {
    var room = new ArrayList<String>();
    var budget = new SendBudget(() -> room.add("room"));
    budget.spend(SendBudget.MOST_BYTES - 1);
    assertFalse(budget.isSpent());
    budget.spend(1);
    assertTrue(budget.isSpent());
    budget.giveBack(SendBudget.MOST_BYTES / 2);
    assertTrue(budget.isSpent());
    budget.giveBack(1);
    assertFalse(budget.isSpent());
    budget.giveBack(1);
    assertEquals(List.of("room"), room);
  }
}
