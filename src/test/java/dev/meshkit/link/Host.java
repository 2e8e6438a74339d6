package dev.meshkit.link;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.NodeId;
import dev.meshkit.api.Result;
import dev.meshkit.observe.Meters;
import dev.meshkit.runtime.Clocks;
import dev.meshkit.security.OwnCredentials;
import dev.meshkit.transport.ByteStream;
import dev.meshkit.transport.Family;
import dev.meshkit.transport.LegacyListener;
import dev.meshkit.transport.Listener;
import dev.meshkit.transport.MeshService;
import dev.meshkit.transport.RoadMode;
import dev.meshkit.transport.RoadTimes;
import dev.meshkit.transport.RoadTools;
import dev.meshkit.transport.Transport;
import dev.meshkit.wire.HelloCodec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A node that only listens, on all roads, and says and hears what a test says. */
final class Host implements MeshService, AutoCloseable {
  private static final Endpoint LOOPBACK = new Endpoint("127.0.0.1", 0);

  final NodeId id;
  final List<ByteStream> streams = new CopyOnWriteArrayList<>();

  /** Why a Hello is refused, if it is; may wait. */
  volatile Function<Family, Optional<MeshError>> refusal = _ -> Optional.empty();

  private final Transport transport;
  private final Listener listener;
  private final LegacyListener legacy;

  /** A good node, of whose legacy port those of the lab know. */
  Host(Lab lab, NodeId id) {
    this.id = id;
    var tools = new RoadTools(Clocks.system(), new Meters(Map.of()));
    var own = OwnCredentials.of(lab.ca.node(id));
    transport = new Transport(own, RoadMode.AUTO, tools, RoadTimes.DEFAULTS);
    listener = transport.listen(LOOPBACK, this).orThrow();
    legacy = transport.listenLegacy(LOOPBACK, this).orThrow();
    lab.rumours.put(id, legacy.local());
  }

  Endpoint at() {
    return listener.local();
  }

  /** The Hello of a node of the lab. */
  static Bytes hello(NodeId of) {
    return HelloCodec.hello(HelloRules.ours(LinkOptions.of(of, Lab.CLUSTER)));
  }

  /** The stream of a family that was opened last. */
  Optional<ByteStream> stream(Family family) {
    return streams.reversed().stream().filter(one -> one.family() == family).findFirst();
  }

  /** Unbinds the legacy port, and sends whoever is there elsewhere. */
  void leaveLegacy() {
    legacy.leave();
  }

  @Override
  public Result<Bytes> hello(NodeId from, Family family, Bytes hello) {
    return refusal.apply(family).<Result<Bytes>>map(Result::err).orElse(Result.ok(hello(id)));
  }

  @Override
  public void accept(ByteStream stream, Bytes hello) {
    streams.add(stream); // before the peer knows
    stream.begin();
  }

  @Override
  public Result<Bytes> sync(NodeId from, Bytes request) {
    return Result.ok(request);
  }

  @Override
  public void close() {
    legacy.close();
    listener.close();
    transport.close();
  }
}
