package dev.meshkit.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.meshkit.grpc.testproto.Answer;
import dev.meshkit.grpc.testproto.Ask;
import dev.meshkit.grpc.testproto.ProbeGrpc;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http3.Http3DataFrame;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * §2, §9: an urgency is QUIC's too. Of what is given to a loop in one turn, QUIC takes as much as
 * may be under way at first; the rest leaves in the order of its urgency, although the urgent
 * streams were opened last.
 */
@Timeout(60)
class UrgencyTest {
  private static final int CALLS = 8; // of each urgency; a RawServer offers 16 streams
  private static final int BYTES = 400_000; // more than 32 packets, the first window, even of 9 KB
  private static final int URGENT = 0;
  private static final int LEAST = 7;
  private static final int MOST_AHEAD = 4; // of 8: a first window does not hold two

  private Meshless mesh;

  @BeforeEach
  void open() throws Exception {
    mesh = new Meshless();
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
  }

  @Test
  void urgentRequestsLeaveFirst() throws Exception {
    var order = new CopyOnWriteArrayList<Long>();
    var manners =
        new RawServer.Manners(
            "h3",
            _ -> {},
            (stream, _) -> {
              order.add(stream.streamId());
              if (stream.streamId() == 0) RawServer.answer(stream);
            });
    try (var server = new RawServer(mesh.ca.identity(Meshless.SERVER), manners)) {
      var channel = mesh.open(mesh.channel(server.port()));
      ProbeGrpc.newBlockingStub(channel).unary(Ask.getDefaultInstance()); // stream 0
      HeldLoop.during(
          ((Http3Channel) channel).loop(),
          () -> {
            for (var urgency : new int[] {LEAST, URGENT}) {
              for (var i = 0; i < CALLS - urgency / LEAST; i++) {
                ProbeGrpc.newStub(channel)
                    .withOption(Http3ChannelBuilder.URGENCY, urgency)
                    .unary(ConformanceBed.ask(BYTES, 0), new Recorder<>());
              }
            }
          });
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> order.size() == 2 * CALLS);
      // streams 4 … 28 are the least urgent ones, 32 … 60 the urgent ones
      assertUrgentFirst(
          order.subList(1, 2 * CALLS).stream().map(id -> id > 28 ? URGENT : LEAST).toList());
    }
  }

  /** But for the few whose bytes QUIC took before the others were there. */
  private static void assertUrgentFirst(List<Integer> order) {
    var first = order.indexOf(URGENT);
    assertTrue(first >= 0 && first <= MOST_AHEAD, order::toString);
    assertEquals(
        Collections.nCopies(CALLS, URGENT), order.subList(first, first + CALLS), order::toString);
  }

  /** Answers when it is told to, all at once. */
  private static final class Held extends ProbeGrpc.ProbeImplBase {
    final CountDownLatch arrived = new CountDownLatch(2 * CALLS);
    final CountDownLatch answer = new CountDownLatch(1);
    final CountDownLatch answered = new CountDownLatch(2 * CALLS);

    @Override
    public void unary(Ask ask, StreamObserver<Answer> out) {
      arrived.countDown();
      HeldLoop.await(answer);
      out.onNext(Answer.newBuilder().setBody(ByteString.copyFrom(new byte[BYTES])).build());
      out.onCompleted();
      answered.countDown();
    }
  }

  /** The server takes a request's priority for its answer: RFC 9218 §4, §10. */
  @Test
  void urgentAnswersLeaveFirst() throws Exception {
    var held = new Held();
    var server = mesh.start(mesh.server().addService(held));
    var order = new CopyOnWriteArrayList<Integer>();
    try (var client = new RawClient(Meshless.addressOf(server), mesh.ca.identity(Meshless.CLIENT));
        var datagrams = Datagrams.of(server)) {
      for (var urgency : new int[] {LEAST, URGENT}) {
        for (var i = 0; i < CALLS; i++) ask(client, urgency, order);
      }
      HeldLoop.await(held.arrived);
      HeldLoop.during(
          datagrams.socket().eventLoop(),
          () -> {
            held.answer.countDown();
            HeldLoop.await(held.answered);
          });
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> order.size() == 2 * CALLS);
      assertUrgentFirst(order);
    }
  }

  private static void ask(RawClient client, int urgency, List<Integer> order) throws Exception {
    var stream = client.open();
    stream
        .channel()
        .pipeline()
        .addBefore(
            stream.channel().pipeline().context(stream).name(),
            "order",
            new ChannelInboundHandlerAdapter() {
              private boolean seen;

              @Override
              public void channelRead(ChannelHandlerContext ctx, Object message) {
                if (message instanceof Http3DataFrame && !seen) {
                  seen = true;
                  order.add(urgency);
                }
                ctx.fireChannelRead(message);
              }
            });
    var head = RawClient.head("Unary");
    head.add("priority", "u=" + urgency + ", i");
    stream.headers(head).data(new byte[5]).fin();
  }
}
