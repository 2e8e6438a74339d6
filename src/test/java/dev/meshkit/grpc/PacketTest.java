package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T23: what calls cost in packets and flushes, counted. This guards {@link SendTurn}, which leans
 * on what Netty does not promise.
 */
@Timeout(120)
class PacketTest {
  private static final int CALLS = 64;

  private final Held held = new Held();
  private Meshless mesh;
  private Server server;
  private ManagedChannel channel;

  /** Answers what is to be silent when it is told to, and counts those answers. */
  private static final class Held extends ProbeGrpc.ProbeImplBase {
    private final CountDownLatch arrived = new CountDownLatch(CALLS);
    private final CountDownLatch answer = new CountDownLatch(1);
    private final CountDownLatch answered = new CountDownLatch(CALLS);

    @Override
    public void unary(Ask ask, StreamObserver<Answer> out) {
      if (ask.getSilent()) hold();
      out.onNext(Answer.getDefaultInstance());
      out.onCompleted();
      if (ask.getSilent()) answered.countDown(); // not the one that only connects
    }

    @Override
    public void download(Ask ask, StreamObserver<Answer> out) {
      if (ask.getSilent()) hold();
      for (var i = 0; i < ask.getAnswers(); i++) {
        out.onNext(Answer.newBuilder().setBytesSeen(i).build());
      }
      out.onCompleted();
      answered.countDown();
    }

    private void hold() {
      arrived.countDown();
      HeldLoop.await(answer);
    }
  }

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
    server = mesh.start(mesh.server().addService(held));
    channel = mesh.open(mesh.channel(server));
    ProbeGrpc.newBlockingStub(channel).unary(Ask.getDefaultInstance());
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  /** What leaves a socket in the turn after its loop was kept away from what {@code work} does. */
  private static Datagrams.Count drain(Datagrams datagrams, EventLoop loop, Runnable work)
      throws Exception {
    var before = new AtomicReference<Datagrams.Count>();
    HeldLoop.during(
        loop,
        () -> {
          before.set(datagrams.count());
          work.run();
        });
    return loop.submit(datagrams::count).get(90, TimeUnit.SECONDS).since(before.get());
  }

  private static void assertDrained(Datagrams.Count cost) {
    assertTrue(cost.packets() >= CALLS, () -> "a stream is a packet, so the drain ran: " + cost);
    assertTrue(cost.packets() <= CALLS + 2, () -> "packets: " + cost);
    assertTrue(cost.flushes() <= 2, () -> "flushes: " + cost);
  }

  @Test
  void answersOutsideAReadTurnLeaveTogether() throws Exception {
    try (var datagrams = Datagrams.of(server)) {
      var answers = asks(Ask.newBuilder().setSilent(true).build());
      HeldLoop.await(held.arrived);
      var cost =
          drain(
              datagrams,
              datagrams.socket().eventLoop(),
              () -> {
                held.answer.countDown();
                HeldLoop.await(held.answered);
              });
      assertDrained(cost);
      for (var answer : answers) assertEquals(Status.OK, answer.status());
    }
  }

  @Test
  void requestsOutsideAReadTurnLeaveTogether() throws Exception {
    try (var datagrams = Datagrams.of(channel)) {
      var answers = new ArrayList<Recorder<Answer>>();
      var cost =
          drain(
              datagrams,
              datagrams.socket().eventLoop(),
              () -> answers.addAll(asks(Ask.getDefaultInstance())));
      assertDrained(cost);
      for (var answer : answers) assertEquals(Status.OK, answer.status());
    }
  }

  /** What {@link Http3Counts} tells of it is what really leaves. */
  @Test
  void whatLeavesIsCounted() throws Exception {
    try (var datagrams = Datagrams.of(server)) {
      var answers = asks(Ask.newBuilder().setSilent(true).build());
      HeldLoop.await(held.arrived);
      var before = Http3Counts.now();
      var cost =
          drain(
              datagrams,
              datagrams.socket().eventLoop(),
              () -> {
                held.answer.countDown();
                HeldLoop.await(held.answered);
              });
      for (var answer : answers) assertEquals(Status.OK, answer.status());
      var after = Http3Counts.now(); // of both ends, and of all that others send
      assertTrue(after.packets() - before.packets() >= cost.packets(), before + " " + after);
      assertTrue(after.drains() > before.drains(), before + " " + after);
      assertTrue(after.wakes() > before.wakes(), before + " " + after);
      assertTrue(after.drains() - before.drains() < cost.packets(), before + " " + after);
    }
  }

  private List<Recorder<Answer>> asks(Ask ask) {
    var answers = new ArrayList<Recorder<Answer>>();
    for (var i = 0; i < CALLS; i++) {
      var answer = new Recorder<Answer>();
      answers.add(answer);
      ProbeGrpc.newStub(channel).unary(ask, answer);
    }
    return answers;
  }

  /** T23: many messages of many streams in one drain; each stream keeps its order. */
  @Test
  void aDrainReordersNoStream() throws Exception {
    try (var datagrams = Datagrams.of(server)) {
      var answers = new ArrayList<Recorder<Answer>>();
      for (var i = 0; i < CALLS; i++) {
        var answer = new Recorder<Answer>();
        answers.add(answer);
        ProbeGrpc.newStub(channel)
            .download(Ask.newBuilder().setSilent(true).setAnswers(50).build(), answer);
      }
      HeldLoop.await(held.arrived);
      drain(
          datagrams,
          datagrams.socket().eventLoop(),
          () -> {
            held.answer.countDown();
            HeldLoop.await(held.answered);
          });
      var inOrder = IntStream.range(0, 50).mapToObj(i -> (long) i).toList();
      for (var answer : answers) {
        assertEquals(Status.OK, answer.status());
        assertEquals(inOrder, answer.items().stream().map(Answer::getBytesSeen).toList());
      }
    }
  }

  /**
   * §9: HEADERS, DATA and FIN are one packet, and so is the answer; each acknowledges what came
   * before it. A machine that is busy elsewhere may be late for that, but not for ever.
   */
  @Test
  void aCallByItselfIsAPacketADirection() {
    var stub = ProbeGrpc.newBlockingStub(channel);
    try (var asks = Datagrams.of(channel);
        var answers = Datagrams.of(server)) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> {
                var asked = asks.count();
                var answered = answers.count();
                for (var i = 0; i < 50; i++) stub.unary(Ask.getDefaultInstance());
                var asking = asks.count().since(asked);
                var answering = answers.count().since(answered);
                assertTrue(asking.packets() <= 65, () -> "requests: " + asking);
                assertTrue(answering.packets() <= 65, () -> "answers: " + answering);
              });
    }
  }

  /** HEADERS, DATA and trailers that come together are one task, and room to send is none. */
  @Test
  void aUnaryAnswerWakesItsCallerOnce() throws Exception {
    var tasks = new AtomicInteger();
    var counted =
        mesh.open(
            mesh.channel(server)
                .executor(
                    task -> {
                      tasks.incrementAndGet();
                      Thread.startVirtualThread(task);
                    }));
    for (var i = 0; i < 50; i++) {
      var answer = new Recorder<Answer>();
      ProbeGrpc.newStub(counted).unary(Ask.getDefaultInstance(), answer);
      assertEquals(Status.OK, answer.status());
    }
    assertTrue(tasks.get() <= 50 + 5, () -> "tasks: " + tasks);
  }
}
