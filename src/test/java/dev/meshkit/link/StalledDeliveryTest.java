package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.meshkit.api.NodeId;
import dev.meshkit.transport.RoadMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * T33: for a peer that does not keep up, or is gone, Deliver stops leasing, and delays no other;
 * with real stores and queues, over real roads.
 */
@Timeout(120)
class StalledDeliveryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final NodeId C = NodeId.of("us", "c");
  private static final int MANY = 2 * Outbound.WINDOW;

  @TempDir Path directory;

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  private Office office(NodeId id, UnaryOperator<LinkOptions> change) throws Exception {
    var store = Files.createDirectories(directory.resolve(id.name()));
    return new Office(store, deliveries -> lab.node(id, deliveries, lab.ca.node(id), change));
  }

  private static LinkOptions overHttp3(LinkOptions options) {
    return options.withMode(RoadMode.H3);
  }

  private static List<String> words(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "m" + i).toList();
  }

  @Test
  void whoDoesNotKeepUpOrIsGoneHasNoMoreThanARunOfItsMessagesLeased() throws Exception {
    // given a peer whose handler does not come back, for which much more waits than a run
    lab.chance = () -> 0; // pauses are as short as they may be
    var mayGoOn = new CountDownLatch(1);
    var a = office(A, StalledDeliveryTest::overHttp3);
    var c = office(C, StalledDeliveryTest::overHttp3);
    for (var word : words(0, MANY)) a.send(B, word); // all of it, before there is a way
    var b = office(B, StalledDeliveryTest::overHttp3);
    try (a;
        c) {
      var at = b.station.links.local();
      try (b) {
        b.wait = mayGoOn::await;
        a.station.want(b.station, c.station);
        // then one run is leased, and no more by the time that another peer has all of its own
        var stalled = "%d leased, %d wait".formatted(Outbound.WINDOW, MANY - Outbound.WINDOW);
        await().atMost(PATIENCE).until(() -> isSo(a, stalled));
        for (var word : words(0, 10)) a.send(C, word);
        await().atMost(PATIENCE).until(() -> c.applied.equals(words(0, 10)));
        assertEquals(stalled, a.lane(B));
        b.station.close();
      }
      // when it is gone, then none is
      var gone = "0 leased, %d wait".formatted(MANY);
      await().atMost(PATIENCE).until(() -> a.lane(B).equals(gone));
      // when it is back, it gets all, in order, and nothing twice
      UnaryOperator<LinkOptions> there = options -> overHttp3(options).withListen(at);
      try (var back = office(B, there)) {
        await().atMost(PATIENCE).until(() -> isApplied(a, back));
        assertEquals(words(0, MANY), back.applied);
        assertEquals(List.of(), b.applied);
        await().atMost(PATIENCE).until(() -> a.lane(B).equals("0 leased, 0 wait"));
      }
    }
  }

  private static boolean isSo(Office a, String lane) {
    a.linkUp(B);
    return a.lane(B).equals(lane);
  }

  private static boolean isApplied(Office a, Office back) {
    a.linkUp(B);
    return back.applied.size() >= MANY;
  }
}
