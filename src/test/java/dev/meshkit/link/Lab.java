package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Chance;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.security.Credentials;
import dev.meshkit.security.OwnCredentials;
import dev.meshkit.security.TestCa;
import dev.meshkit.transport.Family;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Nodes that are nothing but links, in one process, on free ports of loopback. */
final class Lab implements AutoCloseable {
  static final String CLUSTER = "test";
  static final NodeId A = NodeId.of("eu", "a");
  static final NodeId B = NodeId.of("eu", "b");

  /** A request that is not answered before {@link Station#unhang}. */
  static final Bytes HOLD = Bytes.utf8("hold");

  final TestCa ca = new TestCa(CLUSTER);

  /** Whose legacy port is elsewhere than it is, as gossip might say. */
  final Map<NodeId, Endpoint> rumours = new java.util.concurrent.ConcurrentHashMap<>();

  /** How often a legacy port was looked for of which nobody had said where it is. */
  final AtomicInteger sought = new AtomicInteger();

  /** Those of the host, as all nodes see them. */
  final Set<InetAddress> addresses = java.util.concurrent.ConcurrentHashMap.newKeySet();

  /** The jitter of nodes that are made from now on. */
  RandomGenerator chance = Chance.secure();

  private final List<Station> stations = new CopyOnWriteArrayList<>();

  /** A node: its links, what arrived, and what it counted. */
  static final class Station implements Inbound, AutoCloseable {
    final NodeId id;
    final Meters meters = new Meters(Map.of());
    final List<String> heard = new CopyOnWriteArrayList<>();
    final List<RoadNews> news = new CopyOnWriteArrayList<>();
    final List<Bytes> delivered = new CopyOnWriteArrayList<>();
    final AtomicInteger held = new AtomicInteger();
    private final CountDownLatch hanging = new CountDownLatch(1);
    volatile Links links;
    volatile OwnCredentials own;

    private Station(NodeId id) {
      this.id = id;
    }

    @Override
    public void up(NodeId peer) {
      heard.add("up " + peer);
    }

    @Override
    public void down(NodeId peer, boolean refused) {
      heard.add("down " + peer + (refused ? " refused" : ""));
    }

    @Override
    public void frame(NodeId from, Family family, Bytes frame) {
      if (frame.utf8().equals("poison")) throw new IllegalStateException("a planted bug");
      if (frame.utf8().equals("hang")) hang();
      heard.add(family + " " + from + " " + frame.utf8());
    }

    private void hang() {
      heard.add("hanging");
      try {
        hanging.await();
      } catch (InterruptedException ended) {
        Thread.currentThread().interrupt();
      }
    }

    void unhang() {
      hanging.countDown();
    }

    @Override
    public Result<Bytes> sync(NodeId from, Bytes request) throws InterruptedException {
      if (request.equals(HOLD)) {
        held.incrementAndGet();
        hanging.await();
      }
      return Result.ok(Bytes.utf8(request.utf8() + " answered by " + id));
    }

    void serve(NodeId from, Duplex stream) throws InterruptedException {
      for (var frame = stream.receive(); frame.isPresent(); frame = stream.receive()) {
        delivered.add(frame.get());
        stream.send(Bytes.utf8("receipt for " + frame.get().utf8()));
      }
    }

    /** What is to happen before a piece of news has any effect. */
    volatile Consumer<RoadNews> onNews = _ -> {};

    private void tell(RoadNews one) {
      onNews.accept(one);
      news.add(one);
    }

    boolean say(NodeId to, Family family, String text) {
      return links.send(to, family, "", Bytes.utf8(text));
    }

    /** Goes by other credentials from now on, as the files of a node do. */
    void renew(Credentials next) {
      own.publish(next);
      links.renewed();
    }

    /** What was heard of {@code from} that is a numbered word, in the order of the numbers. */
    List<String> words(String from) {
      return heard.stream()
          .filter(line -> line.startsWith(from + " word"))
          .map(line -> line.substring(from.length() + 1))
          .sorted(
              Comparator.comparingInt(word -> Integer.parseInt(word.substring("word ".length()))))
          .toList(); // two frames on two roads may overtake each other
    }

    void want(Station... peers) {
      var wanted = new java.util.TreeMap<NodeId, Endpoint>();
      for (var peer : peers) wanted.put(peer.id, peer.links.local());
      links.want(wanted);
    }

    /** The value of one series, 0 if it is not there. */
    double count(String series) {
      return Stream.of(meters.scrape().split("\n"))
          .filter(line -> line.startsWith(series + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
          .sum();
    }

    /** How many dials have failed. */
    double dialsInVain() {
      return meters
          .scrape()
          .lines()
          .filter(line -> line.startsWith("meshkit_dials_total{"))
          .filter(line -> !line.contains("result=\"OK\""))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    }

    /** How often it was asked for a sign of life. */
    double questions() {
      return meters
          .scrape()
          .lines()
          .filter(line -> line.startsWith("meshkit_rpc_seconds_count{"))
          .filter(line -> line.contains("Road/Probe") && line.contains("side=\"SERVER\""))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    }

    double refusals(String side, String code) {
      return count(
          "meshkit_handshake_failures_total{code=\"%s\",side=\"%s\"}".formatted(code, side));
    }

    @Override
    public void close() {
      links.close();
    }
  }

  /** A good node on a free port. */
  Station node(NodeId id) {
    return node(id, ca.node(id), options -> options);
  }

  Station node(NodeId id, Credentials credentials, UnaryOperator<LinkOptions> change) {
    var station = new Station(id);
    return opened(station, station::serve, credentials, change);
  }

  /** A good node with a legacy port, whose deliveries are served elsewhere. */
  Station node(NodeId id, DeliveryServer deliveries, Endpoint legacy) {
    var station = new Station(id);
    return opened(station, deliveries, ca.node(id), options -> options.withLegacy(legacy));
  }

  /** A node with these credentials, whose deliveries are served elsewhere. */
  Station node(
      NodeId id,
      DeliveryServer deliveries,
      Credentials credentials,
      UnaryOperator<LinkOptions> change) {
    return opened(new Station(id), deliveries, credentials, change);
  }

  private Station opened(
      Station station,
      DeliveryServer deliveries,
      Credentials credentials,
      UnaryOperator<LinkOptions> change) {
    var ports =
        new LinkPorts(
            station,
            deliveries,
            _ -> Endpoint.NONE,
            this::legacyOf,
            () -> Set.copyOf(addresses),
            Clocks.system(),
            chance,
            station.meters,
            station::tell);
    // Nobody gossips here: what is silent must not be taken for dead, however slow a test is.
    var options = LinkOptions.of(station.id, CLUSTER).withSilence(Duration.ofHours(1));
    station.own = OwnCredentials.of(credentials);
    station.links = Links.open(change.apply(options), station.own, ports).orThrow();
    stations.add(station);
    return station;
  }

  private Endpoint legacyOf(NodeId peer) {
    for (var station : stations) if (station.id.equals(peer)) return station.links.legacy();
    var said = rumours.getOrDefault(peer, Endpoint.NONE);
    if (said.equals(Endpoint.NONE)) sought.incrementAndGet();
    return said;
  }

  @Override
  public void close() {
    stations.forEach(Station::close);
  }
}
