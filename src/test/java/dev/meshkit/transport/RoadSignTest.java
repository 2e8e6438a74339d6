package dev.meshkit.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.NodeId;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.security.OwnCredentials;
import dev.meshkit.transport.Road.Sign;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T28, T37, and the fault table's peer that was stopped: when a road is lost, and that a slow one,
 * on which the answer has to wait behind what was sent before, is not.
 */
@Timeout(60)
class RoadSignTest {
  private static final Duration LOST = Silence.LOST;
  private static final Status NOTHING = Status.DEADLINE_EXCEEDED;

  private final LegacyBed bed = new LegacyBed();
  private final Path path = new Path();

  /** A path of which a test says what comes, and when. */
  private static final class Path implements Carrier {
    final Deque<Supplier<Status>> answers = new ArrayDeque<>();
    final List<Duration> patiences = new ArrayList<>();
    final List<Bytes> said = new ArrayList<>();
    Instant now = Instant.EPOCH;
    Optional<Instant> heard = Optional.of(now);

    /** The next question waits for so long; then it has this answer. */
    Path then(Duration time, Status answer) {
      answers.add(
          () -> {
            now = now.plus(time);
            return answer;
          });
      return this;
    }

    /** The next question has no answer; meanwhile something came, so long after it was asked. */
    Path comes(Duration after) {
      answers.add(
          () -> {
            heard = Optional.of(now.plus(after));
            now = now.plus(patiences.getLast());
            return NOTHING;
          });
      return this;
    }

    @Override
    public Bytes ask(Asked what, Bytes request, Duration patience) {
      patiences.add(patience);
      said.add(request);
      var answer = answers.remove().get();
      if (!answer.isOk()) throw answer.asRuntimeException();
      return Bytes.EMPTY;
    }

    @Override
    public Optional<Instant> heard() {
      return heard;
    }

    @Override
    public ByteStream open(Opening opening) {
      throw new AssertionError("nobody opens anything");
    }

    @Override
    public boolean isSentAway() {
      return false;
    }

    @Override
    public boolean isInDoubt() {
      return false;
    }

    @Override
    public void watch(Runnable sentAway) {}

    @Override
    public void drain() {}

    @Override
    public boolean awaitEnd(Duration patience) {
      return true;
    }

    @Override
    public void abandon() {}
  }

  private Road road(RoadKind kind) {
    var clocks = new Clocks(() -> Instant.EPOCH, () -> path.now);
    var tools = new RoadTools(clocks, new Meters(Map.of()));
    var shown = bed.ca.node(LegacyBed.A).chain().getFirst();
    return new Road(new Road.Ends(LegacyBed.B, shown), kind, path, tools);
  }

  @Test
  void anAnswerIsASignAndMeasuresTheRoundTrip() throws InterruptedException {
    path.then(Duration.ofMillis(40), Status.OK);
    var road = road(RoadKind.H2);
    assertEquals(Sign.GIVEN, road.ask());
    assertEquals(Duration.ofMillis(40), road.roundTrip());
  }

  @Test
  void theNextQuestionSaysWhatTheLastOneMeasured() throws InterruptedException {
    path.then(Duration.ofMillis(40), Status.OK).then(Duration.ofMillis(50), Status.OK);
    var road = road(RoadKind.H2);
    road.ask();
    road.ask();
    assertEquals(
        List.of(Duration.ZERO, Duration.ofMillis(40)),
        path.said.stream().map(RoundTrip::heard).toList());
  }

  @Test
  void whatElseStandsInAQuestionMeasuresNothing() {
    for (var bytes : List.of(new byte[7], new byte[9], new byte[] {-1, 0, 0, 0, 0, 0, 0, 0})) {
      assertEquals(Duration.ZERO, RoundTrip.heard(Bytes.of(bytes)));
    }
    assertEquals(Duration.ZERO, RoundTrip.heard(RoundTrip.said(Duration.ofMinutes(2))));
  }

  @Test
  void aPathOnWhichNothingComesIsLost() throws InterruptedException {
    path.then(LOST, NOTHING);
    assertEquals(Sign.NONE, road(RoadKind.H2).ask());
    assertEquals(List.of(LOST), path.patiences);
  }

  /** It froze just after we asked: it is lost as long after its last word as any other. */
  @Test
  void whatCameAfterTheQuestionMayBeTheLastWord() throws InterruptedException {
    var lastWord = Duration.ofMillis(400);
    path.comes(lastWord).then(lastWord, NOTHING);
    assertEquals(Sign.NONE, road(RoadKind.H2).ask());
    assertEquals(List.of(LOST, lastWord), path.patiences);
    assertEquals(lastWord.plus(LOST), Duration.between(Instant.EPOCH, path.now));
  }

  @Test
  void whileAnythingComesThePathIsNotLostThoughNoAnswerDoes() throws InterruptedException {
    var soon = Duration.ofSeconds(2);
    path.comes(soon).comes(Duration.ofSeconds(1));
    assertEquals(Sign.OWED, road(RoadKind.H2).ask());
  }

  @Test
  void theSecondQuestionMayBeAnswered() throws InterruptedException {
    path.comes(Duration.ofSeconds(2)).then(Duration.ofSeconds(1), Status.OK);
    assertEquals(Sign.GIVEN, road(RoadKind.H2).ask());
  }

  @Test
  void aSlowPathHasSixRoundTripsToAnswer() throws InterruptedException {
    path.then(Duration.ofSeconds(1), Status.OK).then(Duration.ofSeconds(6), NOTHING);
    var road = road(RoadKind.H2);
    assertEquals(Sign.GIVEN, road.ask());
    assertEquals(Sign.NONE, road.ask());
    assertEquals(List.of(LOST, Duration.ofSeconds(6)), path.patiences);
  }

  /** One answer that waited behind a large message makes no slow path. */
  @Test
  void oneLateAnswerDoesNotMakeThePathSlow() throws InterruptedException {
    path.then(Duration.ofMillis(40), Status.OK).then(Duration.ofSeconds(2), Status.OK);
    path.then(LOST, NOTHING);
    var road = road(RoadKind.H2);
    assertEquals(Sign.GIVEN, road.ask());
    assertEquals(Sign.GIVEN, road.ask());
    assertEquals(Sign.NONE, road.ask());
    assertEquals(List.of(LOST, LOST, LOST), path.patiences);
  }

  /** Eight in a row are what the path has become. */
  @Test
  void eightLateAnswersMakeThePathSlow() throws InterruptedException {
    path.then(Duration.ofMillis(40), Status.OK);
    for (var i = 0; i < 8; i++) path.then(Duration.ofSeconds(1), Status.OK);
    path.then(Duration.ofSeconds(6), NOTHING);
    var road = road(RoadKind.H2);
    for (var i = 0; i < 9; i++) assertEquals(Sign.GIVEN, road.ask());
    assertEquals(Sign.NONE, road.ask());
    assertEquals(Duration.ofSeconds(6), path.patiences.getLast());
  }

  /** The pulse of the legacy socket, and HTTP/3, give a peer up by themselves. */
  @Test
  void whereTheCarrierJudgesSilenceNoAnswerOnlyMeansNoMeasure() throws InterruptedException {
    path.heard = Optional.empty();
    path.then(LOST, NOTHING);
    assertEquals(Sign.OWED, road(RoadKind.LEGACY).ask());
    assertEquals(1, path.patiences.size());
  }

  @Test
  void whoAnswersThatItCannotIsThere() throws InterruptedException {
    for (var status : List.of(Status.RESOURCE_EXHAUSTED, Status.INTERNAL, Status.UNIMPLEMENTED)) {
      path.then(Duration.ZERO, status);
      assertEquals(Sign.OWED, road(RoadKind.H2).ask(), status::toString);
    }
  }

  @Test
  void aRoadThatIsGoneOrWhosePeerRefusesUsIsLost() throws InterruptedException {
    path.then(Duration.ZERO, Status.UNAVAILABLE);
    assertEquals(Sign.NONE, road(RoadKind.LEGACY).ask());
    path.then(Duration.ZERO, Status.UNAUTHENTICATED.withDescription("MK-TLS-003 revoked"));
    assertEquals(Sign.NONE, road(RoadKind.H2).ask());
    assertThrows(RuntimeException.class, path.answers::remove);
  }

  /** Over HTTP/2 whatever comes is heard, and not only answers. */
  @Test
  void allThatComesOnItsSocketIsHeard() {
    var time = new AtomicLong();
    var heard = new Heard(() -> Instant.ofEpochSecond(time.incrementAndGet()));
    var own = OwnCredentials.of(bed.ca.node(LegacyBed.A));
    try (var transport = new Transport(own, RoadMode.H2, bed.tools, RoadTimes.DEFAULTS);
        var listener =
            transport.listen(new dev.meshkit.api.Endpoint("127.0.0.1", 0), bed.service).orThrow();
        var tcp = new TcpRoads(own, RoadTimes.DEFAULTS)) {
      var before = heard.last();
      var there =
          new Counterpart(() -> own.now().verifier(), NodeId.of("eu", "a"), new Meters(Map.of()));
      var channel =
          tcp.dial(
              new Dial.Aim(listener.local(), own.now(), there, heard, Threshold.Permit.ALWAYS),
              new Connects());
      ClientCalls.blockingUnaryCall(channel, Methods.PROBE, CallOptions.DEFAULT, Bytes.EMPTY);
      channel.shutdownNow();
      assertNotEquals(before, heard.last());
    }
  }
}
