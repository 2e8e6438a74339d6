package dev.meshkit.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.security.Credentials;
import dev.meshkit.security.TestCa;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Two nodes of the legacy socket: A, whose service is as here, and B, whom a test plays. */
final class LegacyBed implements AutoCloseable {
  static final NodeId A = NodeId.of("eu", "a");
  static final NodeId B = NodeId.of("eu", "b");

  final TestCa ca = new TestCa("test");
  final Service service = new Service();
  final RoadTools tools = new RoadTools(Clocks.system(), new Meters(Map.of()));
  private static final int PATIENCE_MS = 50_000;
  private static final LegacyFrame BEAT = LegacyFrame.of(LegacyFrame.Kind.PONG, 0);
  private static final LegacyFrame ASKED = LegacyFrame.of(LegacyFrame.Kind.PING, 0);

  private final List<LegacyIo> dialled = new CopyOnWriteArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);

  /** Takes streams and reads nothing of them; answers requests once it may. */
  static final class Service implements MeshService {
    final List<ByteStream> streams = new CopyOnWriteArrayList<>();
    final List<MeshError> violations = new CopyOnWriteArrayList<>();
    final CountDownLatch mayAnswer = new CountDownLatch(1);

    /** What is to happen while a Hello is read. */
    volatile Runnable onHello = () -> {};

    @Override
    public Result<Bytes> hello(NodeId from, Family family, Bytes hello) {
      onHello.run();
      return Result.ok(hello);
    }

    @Override
    public void accept(ByteStream stream, Bytes hello) {
      streams.add(stream); // before the peer knows
      stream.begin();
    }

    @Override
    public void violated(NodeId from, MeshError how) {
      violations.add(how);
    }

    /** Whatever the caller makes of it meanwhile. */
    @Override
    public Result<Bytes> sync(NodeId from, Bytes request) {
      var interrupted = false;
      while (mayAnswer.getCount() > 0) {
        try {
          mayAnswer.await();
        } catch (InterruptedException _) {
          interrupted = true; // kept for the end
        }
      }
      if (interrupted) Thread.currentThread().interrupt();
      return Result.ok(request);
    }

    /** The stream of a family that was opened last. */
    Optional<ByteStream> stream(Family family) {
      return streams.reversed().stream().filter(one -> one.family() == family).findFirst();
    }
  }

  /** Shakes hands as whoever {@code credentials} are, and does not greet. */
  LegacyIo shake(Credentials credentials, Socket raw) throws IOException {
    var trust = new CheckingTrust(credentials.verifier().trustManager(), _ -> Optional.empty());
    var io = new LegacyTls(credentials, trust).shake(raw, true);
    if (raw.getSoTimeout() == 0) raw.setSoTimeout(PATIENCE_MS); // a test that waits in vain fails
    dialled.add(io);
    return io;
  }

  /** Greets, and is never silent from then on, however long a test takes. */
  LegacyIo greet(LegacyIo io) throws IOException {
    say(io, LegacyFrame.of(LegacyFrame.Kind.HELLO, 0));
    assertEquals(LegacyFrame.of(LegacyFrame.Kind.HELLO, 0), io.read());
    return beating(io);
  }

  /** Is never silent from now on. */
  LegacyIo beating(LegacyIo io) {
    Thread.ofVirtual().start(() -> beat(io));
    return io;
  }

  private void beat(LegacyIo io) {
    try {
      while (!over.await(250, TimeUnit.MILLISECONDS)) say(io, BEAT);
    } catch (IOException _) {
      // the connection has ended, as most tests want it to
    } catch (InterruptedException never) {
      Thread.currentThread().interrupt();
    }
  }

  /** What comes next, but for questions whether the peer is there; those come seconds apart. */
  static LegacyFrame next(LegacyIo io) throws IOException {
    for (var asked = 0; asked < 20; asked++) {
      var next = io.read();
      if (!next.equals(ASKED)) return next;
    }
    throw new AssertionError("nothing comes but questions");
  }

  /** How many frames of a kind nobody took. */
  double dropped(String what) {
    var series = "meshkit_legacy_drops_total{what=\"%s\"} ".formatted(what);
    return tools
        .meters()
        .scrape()
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
        .sum();
  }

  /** The far side hangs up; what it says before that does not matter. */
  static void assertEnds(LegacyIo io) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () ->
            assertThrows(
                IOException.class,
                () -> {
                  while (true) io.read();
                }),
        "it goes on");
  }

  static void say(LegacyIo io, LegacyFrame frame) throws IOException {
    synchronized (io.out()) {
      io.write(frame);
      io.flush();
    }
  }

  /** Opens a stream; the answer is not read. */
  static void ask(LegacyIo io, long id, Family family) throws IOException {
    var hello = LegacyBody.hello(family, Bytes.utf8("b"));
    say(io, new LegacyFrame(LegacyFrame.Kind.HELLO, id, hello));
  }

  /** Permits so much that credit is no bound. */
  static void credit(LegacyIo io, long id) throws IOException {
    var much = LegacyBody.credit(1 << 30, 1 << 30);
    say(io, new LegacyFrame(LegacyFrame.Kind.CREDIT, id, much));
  }

  @Override
  public void close() {
    over.countDown();
    service.mayAnswer.countDown();
    dialled.forEach(LegacyIo::abort);
  }
}
