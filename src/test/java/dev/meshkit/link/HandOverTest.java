package dev.meshkit.link;

import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.meshkit.api.Bytes;
import dev.meshkit.transport.ByteStream;
import dev.meshkit.transport.ByteStream.Heard;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.PlayedRoad;
import dev.meshkit.transport.Road;
import dev.meshkit.transport.StagedCall;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * T34: what waits goes along when a stream moves, and what is under way is read when one ends, on
 * calls that a test plays; what is lost all the same is counted.
 */
@Timeout(120)
class HandOverTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Lab lab = new Lab();
  private final Host host = new Host(lab, B);
  private final Dialler dialler = new Dialler(lab, host);
  private Road real;
  private RoadSlot slot;

  @BeforeEach
  void dial() throws InterruptedException {
    real = dialler.roads().to(B).orThrow();
    slot = dialler.roads().slots().getFirst();
  }

  @AfterEach
  void close() throws InterruptedException {
    dialler.close();
    host.close();
    lab.close();
  }

  /** A road that takes the place of the one there is; {@code ready}: whether the peer keeps up. */
  private PlayedRoad road(boolean ready) {
    var played = new PlayedRoad(real, Host.hello(B), ready);
    slot.dialling.lock();
    try {
      dialler.roads().install(slot, played.road());
    } finally {
      slot.dialling.unlock();
    }
    return played;
  }

  private PlayedRoad moved(Line line, boolean ready) {
    var next = road(ready);
    try {
      line.move(next.road());
    } catch (InterruptedException never) {
      throw new AssertionError(never);
    }
    return next;
  }

  private Line line(Family family) {
    var line = new Line(dialler.context, B, family);
    line.want();
    await().atMost(PATIENCE).until(() -> line.life().isPresent());
    return line;
  }

  private double dropped(Family family, String reason) {
    var start =
        "meshkit_stream_drops_total{family=\"%s\",reason=\"%s\"} ".formatted(family, reason);
    return dialler
        .meters
        .scrape()
        .lines()
        .filter(line -> line.startsWith(start))
        .mapToDouble(line -> Double.parseDouble(line.substring(start.length())))
        .sum();
  }

  @ParameterizedTest
  @EnumSource(names = {"STREAM", "ELECT"})
  void whatWaitsBehindAPeerThatIsSlowMovesTwiceAndArrivesOnceInOrder(Family family) {
    // given a peer that does not keep up, with what is said to it
    var first = road(false);
    var line = line(family);
    var words = IntStream.range(0, 200).mapToObj(i -> "word " + i).toList();
    for (var word : words) assertTrue(line.send("", Bytes.utf8(word)));
    // when the stream moves to a road where it does not either, and to another one
    var second = moved(line, false);
    var third = moved(line, false);
    // then those that were left wait for nothing, and the end of one loses nothing
    await().atMost(PATIENCE).until(() -> first.call().isHalfClosed());
    await().atMost(PATIENCE).until(() -> second.call().isHalfClosed());
    first.call().over(Status.UNAVAILABLE);
    third.call().keepUp();
    await().atMost(PATIENCE).untilAsserted(() -> assertEquals(words, third.call().sent()));
    assertEquals(List.of(), first.call().sent());
    assertEquals(List.of(), second.call().sent());
    line.close();
  }

  @ParameterizedTest
  @CsvSource({"'', earlier|later", "beat, later"})
  void aFrameThatACallRefusesFollowsTheOthersAndKeepsItsKey(String key, String arrives) {
    // given a call that ends as a frame is sent on it, when the stream has moved twice
    var first = road(true);
    var line = line(Family.STREAM);
    var call = first.call();
    call.refuseOne(
        () -> {
          moved(line, false);
          moved(line, false);
          assertTrue(line.send(key, Bytes.utf8("later")));
        });
    // when one is sent
    assertTrue(line.send(key, Bytes.utf8("earlier")));
    // then it arrives before what was said later, unless that takes its place
    await().atMost(PATIENCE).until(() -> call.isHalfClosed() || call.stream().ended().isPresent());
    var last = moved(line, true).call();
    var words = List.of(arrives.split("\\|"));
    await().atMost(PATIENCE).untilAsserted(() -> assertEquals(words, last.sent()));
    line.close();
  }

  /** T33: by the end of the call, or of its reader while the writer waits for the peer. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatWaitsWhenAStreamEndsIsCounted(boolean byItsReader) {
    var call = road(false);
    var line = line(Family.STREAM);
    for (var i = 0; i < 5; i++) assertTrue(line.send("", Bytes.utf8("word " + i)));
    if (byItsReader) call.call().arrive("poison");
    else call.call().over(Status.UNAVAILABLE);
    await().atMost(PATIENCE).untilAsserted(() -> assertEquals(5, dropped(Family.STREAM, "ended")));
    line.close();
  }

  @Test
  void whatHasComeWhenAReaderFailsIsCounted() {
    var call = StagedCall.faulty(B, Family.STREAM, false);
    for (var word : List.of("poison", "one", "two")) call.arrive(Bytes.utf8(word));
    var line = new Line(dialler.context, B, Family.STREAM);
    line.adopt(call.stream(), HelloRules.ours(LinkOptions.of(B, Lab.CLUSTER)));
    await().atMost(PATIENCE).untilAsserted(() -> assertEquals(2, dropped(Family.STREAM, "ended")));
    assertEquals(1, dropped(Family.STREAM, "exception"));
  }

  @ParameterizedTest
  @EnumSource(names = {"STREAM", "ELECT"})
  void whatIsUnderWayWhenAStreamIsNotWantedAnyMoreIsRead(Family family) {
    var call = road(true);
    var line = line(family);
    line.unwant();
    await().atMost(PATIENCE).until(() -> call.call().isHalfClosed() && line.life().isEmpty());
    call.call().arrive("last word");
    await().atMost(PATIENCE).until(() -> dialler.heard.contains(family + " last word"));
    call.call().over(Status.OK);
  }

  /** Its successor may be why nothing came on it; what comes yet is read. */
  @Test
  void aSilentStreamIsReadToItsEndIfAnotherHasTakenItsPlace() {
    var first = road(true);
    var line = line(Family.STREAM);
    var life = line.life().orElseThrow();
    assertFalse(life.leavesMore(Ending.SILENT));
    moved(line, true);
    assertTrue(life.leavesMore(Ending.SILENT));
    first.call().arrive("last word");
    await().atMost(PATIENCE).until(() -> dialler.heard.contains("STREAM last word"));
    line.close();
  }

  @Test
  void aRoadThatNobodyNeedsAnyMoreLetsWhatIsOpenThereEnd() throws InterruptedException {
    // given a delivery
    var delivery = real.open(Family.DELIVER, Host.hello(Lab.A)).orThrow().stream();
    var there = host.stream(Family.DELIVER).orElseThrow();
    // when its road is given up, and something else has failed there
    dialler.roads().keep(_ -> false);
    dialler.roads().discard(real);
    assertEquals(List.of(), dialler.roads().slots());
    // then it ends in good order, with all that was said
    assertTrue(real.isRetired());
    assertTrue(delivery.send(Bytes.utf8("one")));
    assertEquals(new Heard.Frame(Bytes.utf8("one")), there.receive(PATIENCE));
    delivery.finish();
    assertEquals(new Heard.End(), delivery.receive(ByteStream.FOREVER));
    assertEquals(Status.Code.OK, delivery.ended().orElseThrow().getCode());
  }

  /**
   * T31: so that what its sender asks for next is not the road that is gone, nor at once a new one.
   */
  @ParameterizedTest
  @CsvSource({"UNAVAILABLE, true", "CANCELLED, false"})
  void aDeliveryThatEndsWithItsRoadLeavesNone(Status.Code how, boolean lost) throws Exception {
    var played = road(true);
    var stream = played.road().open(Family.DELIVER, Host.hello(Lab.A)).orThrow().stream();
    Runnable discard = () -> dialler.roads().discard(played.road());
    var delivery = new StreamDuplex(stream, played.road()::isRetired, discard);
    played.call().over(how.toStatus());
    assertEquals(Optional.empty(), delivery.receive());
    delivery.close();
    assertEquals(lost, slot.road().isEmpty());
  }
}
