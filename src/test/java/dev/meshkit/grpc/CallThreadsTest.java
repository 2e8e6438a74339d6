package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T4, T13: §4's virtual thread a call, counted in thread dumps. While calls are open each has one
 * at its server, and one at its client since it heard something; nothing else grows with them; and
 * those that were cancelled have none. With the bounds of production.
 */
@Timeout(120)
class CallThreadsTest {
  private static final int OPEN = 100;
  private static final int CANCELLED = 800; // of a burst of 1,000 that a connection may reset
  private static final String SERVED = "grpc call";
  private static final String MADE = "grpc meshkit.test.Probe/";

  private Meshless mesh;
  private ManagedChannel channel;
  private int others;
  private int strangersServed;
  private int strangersMade;

  /** A call under way. */
  private record Open(CancellableContext context, Recorder<Answer> answers) {}

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
    channel = mesh.open(mesh.channel(mesh.start(mesh.server().addService(new ProbeService()))));
    strangersServed = VirtualThreads.named(SERVED).size(); // tests before this one left them
    strangersMade = VirtualThreads.named(MADE).size();
    ProbeGrpc.newBlockingStub(channel).unary(Ask.getDefaultInstance());
    awaitThreads(0, 0);
    others = VirtualThreads.named("meshkit-").size();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  /** Half of them streams that have spoken and are silent now, half unary calls not answered. */
  private List<Open> openCalls(int calls) throws Exception {
    var open = new ArrayList<Open>();
    for (var i = 0; i < calls; i++) {
      var one = new Open(Context.ROOT.withCancellation(), new Recorder<>());
      open.add(one);
      var stream = i % 2 == 0;
      one.context()
          .run(
              () -> {
                var stub = ProbeGrpc.newStub(channel);
                if (stream) stub.talk(one.answers()).onNext(Ask.getDefaultInstance());
                else stub.unary(Ask.newBuilder().setSilent(true).build(), one.answers());
              });
    }
    for (var i = 0; i < calls; i += 2) open.get(i).answers().next();
    return open;
  }

  private void awaitThreads(int served, int made) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertThreads(served, strangersServed, SERVED);
              assertThreads(made, strangersMade, MADE);
            });
  }

  /** So many, beside those of tests before this one, which may end at any time. */
  private static void assertThreads(int own, int strangers, String name) throws IOException {
    var there = VirtualThreads.named(name).size();
    assertTrue(there >= own && there <= own + strangers, () -> there + " of " + own + " " + name);
  }

  private void assertNoOthers() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              var names = VirtualThreads.named("meshkit-");
              assertTrue(names.size() <= others, names::toString); // those of tests before may end
            });
  }

  private static void cancel(List<Open> calls) throws Exception {
    for (var call : calls) call.context().cancel(null);
    for (var call : calls) {
      assertEquals(Status.Code.CANCELLED, call.answers().status().getCode());
    }
  }

  @Test
  void anOpenCallHasItsThreadAndOneThatWasCancelledHasNone() throws Exception {
    var open = openCalls(OPEN);
    awaitThreads(OPEN, OPEN / 2); // who has heard nothing yet has needed none
    assertNoOthers();
    for (var cancelled = 0; cancelled < CANCELLED; cancelled += OPEN) cancel(openCalls(OPEN));
    awaitThreads(OPEN, OPEN / 2); // those that are still open
    for (var i = 0; i < OPEN; i += 2) assertEquals(1, open.get(i).answers().items().size());
    cancel(open);
    awaitThreads(0, 0);
    assertNoOthers();
  }
}
