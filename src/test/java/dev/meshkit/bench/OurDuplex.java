package dev.meshkit.bench;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.security.OwnCredentials;
import dev.meshkit.security.TestCa;
import dev.meshkit.transport.Approach;
import dev.meshkit.transport.ByteStream;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.Listener;
import dev.meshkit.transport.MeshService;
import dev.meshkit.transport.Road;
import dev.meshkit.transport.RoadMode;
import dev.meshkit.transport.RoadTimes;
import dev.meshkit.transport.RoadTools;
import dev.meshkit.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Ours: a node's transport as the links use it, over HTTP/3. An Elect is echoed. */
final class OurDuplex extends DuplexSide implements MeshService {
  private static final NodeId HUB = NodeId.of("eu", "hub");
  private static final Bytes HELLO = Bytes.utf8("hello");

  private final TestCa ca = new TestCa("bench");
  private final RoadTools tools = new RoadTools(Clocks.system(), new Meters(Map.of()));
  private final Bytes frame;
  private final List<Transport> transports = new ArrayList<>();
  private final List<Road> roads = new ArrayList<>();
  private final Listener listener;

  /** A hub whose peers send frames of so many bytes. */
  OurDuplex(int frameBytes) {
    this.frame = Bytes.of(new byte[frameBytes]);
    this.listener = transport(HUB).listen(new Endpoint("127.0.0.1", 0), this).orThrow();
  }

  private Transport transport(NodeId id) {
    var transport =
        new Transport(OwnCredentials.of(ca.node(id)), RoadMode.H3, tools, RoadTimes.DEFAULTS);
    transports.add(transport);
    return transport;
  }

  /** One more peer, and its road to the hub. */
  Road road() throws InterruptedException {
    var peer = transport(NodeId.of("eu", "p" + transports.size()));
    var road = peer.dial(Approach.to(listener.local(), HUB)).orThrow().road();
    roads.add(road);
    return road;
  }

  /** A stream of this family on a road. */
  static ByteStream open(Road road, Family family) throws InterruptedException {
    return road.open(family, HELLO).orThrow().stream();
  }

  @Override
  Line open() throws InterruptedException {
    var stream = open(road(), Family.STREAM);
    return () -> {
      if (!stream.send(frame)) throw new IllegalStateException("the stream ended");
    };
  }

  @Override
  public Result<Bytes> hello(NodeId from, Family family, Bytes hello) {
    return Result.ok(HELLO);
  }

  @Override
  public void accept(ByteStream stream, Bytes hello) {
    stream.begin();
    Thread.startVirtualThread(() -> serve(stream));
  }

  private void serve(ByteStream stream) {
    try {
      if (stream.family() == Family.ELECT) {
        stream.receiveAll(ByteStream.FOREVER, stream::offer);
      } else {
        stream.receiveAll(ByteStream.FOREVER, _ -> arrived.increment());
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Result<Bytes> sync(NodeId from, Bytes request) {
    return Result.ok(request);
  }

  @Override
  public void close() {
    roads.forEach(Road::abandon);
    listener.close();
    transports.forEach(Transport::close);
  }
}
