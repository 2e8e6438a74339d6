package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static dev.meshkit.link.PostOffice.PATIENCE;
import static dev.meshkit.link.PostOffice.number;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.meshkit.api.Bytes;
import dev.meshkit.api.Disposition.Ack;
import dev.meshkit.api.Handler;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.transport.Family;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * P34 (T8): the two directions of a stream end together, and the first to end says how; over real
 * QUIC, and for durable messages on real stores.
 */
@Timeout(60)
class DuplexEndsTest {
  @TempDir Path directory;

  private final Lab lab = new Lab();
  private final List<String> handled = new CopyOnWriteArrayList<>();
  private final Handler greet =
      message -> {
        handled.add(message.message().body().utf8());
        return Ack.plain();
      };

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void aReaderThatFailsEndsItsWriterAndTheCallSaysSo() throws IOException {
    // given two linked nodes, of which the first opened the stream
    var a = lab.node(A);
    var b = lab.node(B);
    a.want(b);
    await().until(() -> b.say(A, Family.STREAM, "before"));
    await().until(() -> a.heard.contains("STREAM eu/b before"));
    var both = streamThreads(B);
    assertEquals(2, both.size());
    // when a frame makes its reader throw, while its writer has nothing to do
    assertTrue(b.say(A, Family.STREAM, "poison"));
    // then both have ended, and the call ended as the failure that it was
    await().until(() -> Collections.disjoint(both, streamThreads(B)));
    await().untilAsserted(() -> assertEquals(1, calls(a, "INTERNAL"), a.meters.scrape()));
  }

  @Test
  void aReaderThatHearsNothingEndsAWriterThatIsStuck() throws IOException {
    // given a peer that says nothing, and reads nothing any more
    var a = lab.node(A, lab.ca.node(A), options -> options.withSilence(Duration.ofSeconds(1)));
    var b = lab.node(B);
    a.want(b);
    await().until(() -> a.say(B, Family.STREAM, "hang"));
    await().until(() -> b.heard.contains("hanging"));
    // when so much is said to it that the writer cannot go on
    var both = streamThreads(B);
    assertEquals(2, both.size());
    var frame = Bytes.of(new byte[32 << 10]);
    for (var i = 0; i < 2_000; i++) a.links.send(B, Family.STREAM, "", frame);
    // then the silence ends both, though the writer would have waited for ever
    await().until(() -> Collections.disjoint(both, streamThreads(B)));
    await().untilAsserted(() -> assertTrue(calls(a, "CANCELLED") >= 1, a.meters.scrape()));
    b.unhang();
  }

  @Test
  void aReceiverThatDiesEndsItsSenderAndTheMessageGoesAgain() throws Exception {
    try (var office = new PostOffice(directory, Map.of("greet", greet))) {
      // given a first stream whose receipts cannot be read
      office.caller = first(office, call -> new Faulty(call, Fault.RECEIVE_THROWS));
      // when a message is sent
      var sent = office.send("greet", "hello");
      // then the sender does not wait for them for ever: it takes another stream
      assertEquals(Result.ok(), sent.await(PATIENCE));
      assertEquals(List.of("hello"), handled);
      assertEquals(2, office.dials.get());
    }
  }

  @Test
  void nonsenseInPlaceOfAReceiptEndsASenderThatIsStuck() throws Exception {
    try (var office = new PostOffice(directory, Map.of("greet", greet))) {
      office.caller = first(office, call -> new Faulty(call, Fault.NONSENSE));
      var sent = office.send("greet", "hello");
      assertEquals(Result.ok(), sent.await(PATIENCE));
      assertEquals(List.of("hello"), handled);
      assertEquals(0, number(office.sender, "SELECT count(*) FROM dead"));
    }
  }

  @Test
  void aSenderThatFailsHasEndedItsReceiverBeforeTheNextStream() throws Exception {
    try (var office = new PostOffice(directory, Map.of("greet", greet))) {
      var faulty = new CopyOnWriteArrayList<Faulty>();
      var reading = new AtomicInteger(-1);
      office.caller =
          call -> {
            if (!faulty.isEmpty()) {
              reading.compareAndSet(-1, faulty.getFirst().reading.get());
              return call;
            }
            faulty.add(new Faulty(call, Fault.SEND_THROWS));
            return faulty.getFirst();
          };
      var sent = office.send("greet", "hello");
      assertEquals(Result.ok(), sent.await(PATIENCE));
      assertEquals(0, reading.get());
    }
  }

  private enum Fault {
    RECEIVE_THROWS,
    NONSENSE,
    SEND_THROWS
  }

  /** The first call is made faulty, all others are as they are. */
  private static java.util.function.UnaryOperator<Duplex> first(
      PostOffice office, java.util.function.UnaryOperator<Duplex> faulty) {
    return call -> office.dials.get() == 1 ? faulty.apply(call) : call;
  }

  /** A call that is opened as it should be, and then breaks in one direction. */
  private static final class Faulty implements Duplex {
    final AtomicInteger reading = new AtomicInteger();
    private final Duplex call;
    private final Fault fault;
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger received = new AtomicInteger();
    private final CountDownLatch stuck = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);

    Faulty(Duplex call, Fault fault) {
      this.call = call;
      this.fault = fault;
    }

    @Override
    public NodeId peer() {
      return call.peer();
    }

    @Override
    public boolean send(Bytes frame) throws InterruptedException {
      if (sent.getAndIncrement() == 0) return call.send(frame);
      return switch (fault) {
        case RECEIVE_THROWS -> call.send(frame);
        case SEND_THROWS -> throw new IllegalStateException("planted");
        case NONSENSE -> {
          stuck.countDown();
          never.await(); // as to a peer that does not read
          yield false;
        }
      };
    }

    @Override
    public Optional<Bytes> receive() throws InterruptedException {
      reading.incrementAndGet();
      try {
        if (received.getAndIncrement() == 0) return call.receive();
        return switch (fault) {
          case RECEIVE_THROWS -> throw new IllegalStateException("planted");
          case SEND_THROWS -> call.receive();
          case NONSENSE -> {
            stuck.await();
            yield Optional.of(Bytes.utf8("nonsense"));
          }
        };
      } finally {
        reading.decrementAndGet();
      }
    }

    @Override
    public void close() {
      call.close();
    }
  }

  /** How many Stream calls that a node opened ended with a status. */
  private static double calls(Lab.Station station, String status) {
    return station
        .meters
        .scrape()
        .lines()
        .filter(line -> line.startsWith("meshkit_rpc_seconds_count{"))
        .filter(line -> line.contains("/Stream\"") && line.contains("side=\"CLIENT\""))
        .filter(line -> line.contains("status=\"" + status + "\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** The ids of the threads that read from and write to a peer's Stream. */
  private Set<String> streamThreads(NodeId peer) throws IOException {
    var file = Files.createTempDirectory(directory, "dump").resolve("threads.json");
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.JSON);
    var name = "STREAM (?:in|out) " + peer.toString().replace("/", "\\\\?/");
    var thread = Pattern.compile("\"tid\": \"?(\\d+)[^{}]*?\"name\": \"" + name + "\"");
    return thread
        .matcher(Files.readString(file))
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toSet());
  }
}
