package dev.meshkit.link;

import static org.awaitility.Awaitility.await;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.Result;
import dev.meshkit.transport.Family;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * One round of {@link BothDial}: both want each other at once, say numbered words on Stream and
 * Elect all the while, and each delivers numbered parcels on a stream of its own; then all of it is
 * counted at the other side, and both part.
 */
final class DialRound {
  private static final Endpoint ELSEWHERE = new Endpoint("127.0.0.1", 9);
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration PACE = Duration.ofMillis(15); // fewer than a peer may say a second
  private static final int PARCELS = 20;
  private static final int WORDS = 5; // on the one road that is left

  private final RoadPair pair;
  private final int number;
  private final Side a;
  private final Side b;
  private final List<String> broken = new ArrayList<>();

  DialRound(RoadPair pair, int number) {
    this.pair = pair;
    this.number = number;
    this.a = new Side(pair.a(), pair.b(), number);
    this.b = new Side(pair.b(), pair.a(), number);
  }

  /** What was opened and said, over some rounds. */
  record Counts(int rounds, int opened, int carried, int words, int parcels) {
    static final Counts NONE = new Counts(0, 0, 0, 0, 0);

    Counts plus(Counts other) {
      return new Counts(
          rounds + other.rounds,
          opened + other.opened,
          carried + other.carried,
          words + other.words,
          parcels + other.parcels);
    }

    @Override
    public String toString() {
      return "%d rounds, %d words heard once; %d deliveries opened, %d of them carried, %d parcels"
          .formatted(rounds, words, opened, carried, parcels);
    }
  }

  /**
   * A Deliver stream, as its opener saw it.
   *
   * @param name that its parcels begin with
   * @param receipts that came, in order
   */
  record Delivery(String name, List<String> receipts) {
    boolean isCarried() {
      return receipts.size() == PARCELS;
    }

    List<String> parcels() {
      return IntStream.range(0, PARCELS).mapToObj(i -> name + " parcel " + i).toList();
    }

    /** What is wrong with it, given what the other side has taken of it; empty if nothing is. */
    String flaw(List<String> taken) {
      var all = parcels();
      if (taken.size() > PARCELS || !taken.equals(all.subList(0, taken.size()))) {
        return name + ": taken twice, or not in order: " + taken;
      }
      var wanted = taken.stream().map(parcel -> "receipt for " + parcel).toList();
      if (receipts.size() > wanted.size()
          || !receipts.equals(wanted.subList(0, receipts.size()))
          || (isCarried() && taken.size() != PARCELS)) {
        return "%s: receipts %s for %s".formatted(name, receipts, taken);
      }
      return "";
    }
  }

  /** One of the two, and what it says. */
  private static final class Side {
    final Lab.Station here;
    final Lab.Station there;
    final int number;
    final Map<Family, List<String>> said = new EnumMap<>(Family.class);
    final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
    final FutureTask<Void> delivering = new FutureTask<>(this::deliver, null);

    Side(Lab.Station here, Lab.Station there, int number) {
      this.here = here;
      this.there = there;
      this.number = number;
      for (var family : Lines.SYMMETRIC) said.put(family, new ArrayList<>());
    }

    /** One word on each family that is live. */
    void talk() {
      said.forEach(
          (family, words) -> {
            var word = "round %d word %d".formatted(number, words.size());
            if (here.say(there.id, family, word)) words.add(word);
          });
    }

    int leastSaid() {
      return said.values().stream().mapToInt(List::size).min().orElseThrow();
    }

    /** What the other side has heard from here, on one family, in whatever order. */
    List<String> heard(Family family) {
      var from = family + " " + here.id + " ";
      return there.heard.stream()
          .filter(line -> line.startsWith(from))
          .map(line -> line.substring(from.length()))
          .sorted()
          .toList();
    }

    boolean isAllHeard() {
      return Lines.SYMMETRIC.stream().allMatch(this::isHeard);
    }

    boolean isHeard(Family family) {
      return heard(family).equals(said.get(family).stream().sorted().toList());
    }

    /** Until all parcels have receipts, on one stream or, where that has ended, on another. */
    private void deliver() {
      await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(5))
          .atMost(PATIENCE)
          .until(this::isDelivered);
    }

    private boolean isDelivered() throws InterruptedException {
      if (!(here.links.deliver(there.id) instanceof Result.Ok<Duplex>(var stream))) return false;
      try (stream) {
        var name = "round %d from %s opening %d".formatted(number, here.id, deliveries.size());
        var delivery = new Delivery(name, new CopyOnWriteArrayList<>());
        deliveries.add(delivery);
        for (var parcel : delivery.parcels()) {
          if (!stream.send(Bytes.utf8(parcel))) return false;
        }
        while (!delivery.isCarried()) {
          var receipt = stream.receive();
          if (receipt.isEmpty()) return false;
          delivery.receipts().add(receipt.get().utf8());
        }
        return true;
      }
    }

    void count(List<String> broken) {
      for (var family : Lines.SYMMETRIC) {
        if (isHeard(family)) continue;
        broken.add("%s of %s said %s, heard %s".formatted(family, here.id, said, heard(family)));
      }
      var taken = there.delivered.stream().map(Bytes::utf8).toList();
      var known = 0;
      for (var delivery : deliveries) {
        var ofIt = taken.stream().filter(one -> one.startsWith(delivery.name() + " ")).toList();
        known += ofIt.size();
        var flaw = delivery.flaw(ofIt);
        if (!flaw.isEmpty()) broken.add(flaw);
      }
      if (known != taken.size()) broken.add("parcels of nobody: " + taken);
    }

    Counts counts() {
      return new Counts(
          0,
          deliveries.size(),
          (int) deliveries.stream().filter(Delivery::isCarried).count(),
          said.values().stream().mapToInt(List::size).sum(),
          there.delivered.size());
    }
  }

  /** What was opened and said, once all of it was counted. */
  Counts run() throws InterruptedException {
    try {
      meet();
      until("heard", () -> a.isAllHeard() && b.isAllHeard());
      var counts = new Counts(1, 0, 0, 0, 0).plus(a.counts()).plus(b.counts());
      part();
      return counts;
    } catch (RuntimeException | ExecutionException late) {
      broken.add("%s, round %d: %s%s".formatted(pair.kind(), number, late.getMessage(), state()));
      return Counts.NONE;
    }
  }

  /** What did not hold. */
  List<String> broken() {
    return broken;
  }

  private void meet() throws InterruptedException, ExecutionException {
    // another address makes the larger id open at once, as the smaller does anyway
    pair.b().links.want(Map.of(pair.a().id, ELSEWHERE));
    var turns = number % 2 == 0 ? List.of(a, b) : List.of(b, a);
    for (var side : turns) side.here.want(side.there);
    for (var side : turns) Thread.ofVirtual().start(side.delivering);
    until("delivered", () -> isTalking() && a.delivering.isDone() && b.delivering.isDone());
    a.delivering.get();
    b.delivering.get();
    until("one stream", () -> isTalking() && streams(pair.a()) == 1 && streams(pair.b()) == 1);
    until("one road", () -> isTalking() && roads() == 1);
    var then = List.of(a.leastSaid(), b.leastSaid());
    until(
        "talks on",
        () ->
            isTalking()
                && a.leastSaid() >= then.getFirst() + WORDS
                && b.leastSaid() >= then.getLast() + WORDS);
  }

  private boolean isTalking() {
    a.talk();
    b.talk();
    return true;
  }

  /** What came meanwhile, and was not to, is counted as well. */
  private void part() {
    for (var side : List.of(a, b)) side.here.links.want(Map.of());
    for (var family : Lines.SYMMETRIC) {
      until("parted", () -> !pair.a().links.isLive(family) && !pair.b().links.isLive(family));
    }
    for (var side : List.of(a, b)) side.count(broken);
    for (var side : List.of(a, b)) {
      side.here.heard.clear();
      side.here.delivered.clear();
    }
  }

  private int roads() {
    return pair.a().links.dialled().size() + pair.b().links.dialled().size();
  }

  private double streams(Lab.Station station) {
    var kind = pair.kind();
    return station.count("meshkit_connections{direction=\"OUT\",road=\"" + kind + "\"}")
        + station.count("meshkit_connections{direction=\"IN\",road=\"" + kind + "\"}");
  }

  private static void until(String what, BooleanSupplier state) {
    await(what)
        .pollDelay(Duration.ZERO)
        .pollInterval(PACE)
        .atMost(PATIENCE)
        .until(state::getAsBoolean);
  }

  private String state() {
    return state(a) + state(b);
  }

  private String state(Side side) {
    var missing = new ArrayList<String>();
    for (var family : Lines.SYMMETRIC) {
      var words = new ArrayList<>(side.said.get(family));
      words.removeAll(side.heard(family));
      missing.add(family + " of " + words);
    }
    return " %s: up %s, dialled %s, streams %s, delivered %s, not heard: %s;"
        .formatted(
            side.here.id,
            side.here.links.up(),
            side.here.links.dialled(),
            streams(side.here),
            side.deliveries,
            missing);
  }
}
