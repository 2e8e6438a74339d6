package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.config.ElectionProfile;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.config.QueueConfig;
import dev.meshkit.config.QueueLimitConfig;
import dev.meshkit.election.Profile;
import dev.meshkit.gossip.Timing;
import dev.meshkit.link.Outbound;
import dev.meshkit.link.TimesToLive;
import dev.meshkit.observe.BuildInfo;
import dev.meshkit.queue.QueueOptions;
import dev.meshkit.queue.RetryPause;
import dev.meshkit.queue.Traces;
import dev.meshkit.store.DiskLimits;
import dev.meshkit.store.StoreLimits;
import dev.meshkit.transport.RoadMode;
import dev.meshkit.transport.RoadPolicy;
import dev.meshkit.transport.RoadTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A configuration in the words of the parts: the only reader of {@link MeshConfig} below the API.
 */
record Settings(MeshConfig config) {
  /** How gossip goes about it; what is not configured is of one site. */
  Timing gossip() {
    var said = config.gossip();
    var lan = Timing.lan();
    var ackHigh = min(lan.ackHigh(), said.probeInterval().dividedBy(2));
    return new Timing(
        said.probeInterval(),
        min(lan.ackLow(), ackHigh),
        ackHigh,
        said.suspicionMin(),
        said.suspicionMax(),
        said.confirmers(),
        lan.helpers(),
        said.interval(),
        lan.fanout(),
        lan.lambda(),
        lan.lag(),
        lan.reconnect());
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** The timing of an election. */
  static Profile profile(ElectionProfile profile) {
    return switch (profile) {
      case REGION -> Profile.REGION;
      case WAN -> Profile.WAN;
      case FAST -> Profile.FAST;
    };
  }

  /** Which roads are permitted. */
  RoadMode roads() {
    return switch (config.listen().transport()) {
      case AUTO -> RoadMode.AUTO;
      case H3 -> RoadMode.H3;
      case H2 -> RoadMode.H2;
    };
  }

  /** How patient it is with roads. */
  RoadTimes patience() {
    return RoadTimes.DEFAULTS.withHandOver(config.gate().flipDrain());
  }

  /** Which roads are permitted, and which version of the transport between two regions. */
  RoadPolicy policy() {
    var windows = new TreeMap<String, RoadPolicy.Window>();
    for (var said : config.listen().versions()) {
      windows.put(said.region(), new RoadPolicy.Window(said.min(), said.max(), said.version()));
    }
    return new RoadPolicy(roads(), windows);
  }

  /**
   * What this node says of itself besides where it is.
   *
   * @param legacy where its port is, {@link Endpoint#NONE} if it has none
   * @param votes the store it would vote by
   * @param certified when its certificate ends
   */
  SortedMap<String, String> labels(Endpoint legacy, Bytes votes, Instant certified) {
    var labels = new TreeMap<>(config.node().labels());
    labels.put(MemberDesk.VOTES, votes.hex());
    labels.put(MemberDesk.VERSION, BuildInfo.current().version());
    labels.put(MemberDesk.WIRE, MemberDesk.wire());
    labels.put(MemberDesk.CERTIFIED, Long.toString(certified.getEpochSecond()));
    if (!legacy.equals(Endpoint.NONE)) {
      labels.put(MemberDesk.LEGACY, String.valueOf(legacy.port()));
    }
    return labels;
  }

  /** Whether this node has a legacy port. */
  boolean servesLegacy() {
    return config.listen().servesLegacy(config.node().region());
  }

  /** The bounds of the database of elections, whose rows are few and small. */
  StoreLimits votes() {
    var limits = store();
    return limits.with(limits.disk().withReserve(1L << 20, limits.disk().release()));
  }

  /** The bounds of the database of messages. */
  StoreLimits store() {
    var said = config.store();
    var log = DiskLimits.DEFAULTS;
    return StoreLimits.DEFAULTS
        .withBatch(said.batchOps(), (int) said.batchBytes())
        .withCommitDeadline(said.commitDeadline())
        .with(
            log.withLog(log.checkpoint(), log.walSoft(), said.walAlarm())
                .withReserve(said.reserve(), 4 * said.reserve()));
  }

  /** The outbound queue. */
  QueueOptions outbound() {
    var retry = config.queue().retry();
    return QueueOptions.of("mesh-out")
        .carrier()
        .poisonQueue("mesh-poison")
        .maxAttempts(retry.maxAttempts())
        .retry(new RetryPause(retry.base(), retry.cap()))
        .lease(retry.lease(), retry.maxRun())
        .laneWindow(Outbound.WINDOW)
        .capacity(room(config.queue().limit()))
        .retention(kept(config.queue()))
        .dedupWindow(config.queue().dedup().window())
        .traceRows(config.queue().trace() ? Traces.ROWS : 0);
  }

  /** How long messages wait for their peer. */
  TimesToLive lifetimes() {
    var said = config.queue().retry();
    var most = config.queue().inbox().keep().minus(config.queue().poison().maxAge());
    return new TimesToLive(said.ttlControl(), said.ttlState(), said.ttlBulk(), most);
  }

  private static QueueOptions.Capacity room(QueueLimitConfig said) {
    var room =
        QueueOptions.of("mesh-out")
            .capacity()
            .withTasks(said.tasks())
            .withBytes(said.bytes())
            .withLane(said.laneTasks(), said.laneBytes());
    return switch (said.onFull()) {
      case BLOCK -> room.blocking(said.enqueueWait());
      case REJECT -> room.rejecting();
      case DROP_OLDEST -> room.dropping();
    };
  }

  /**
   * What its receiver keeps is taken to be what this node keeps: {@code queue.inbox.keep} is to be
   * the same everywhere. What is on its way when its time ends may be applied that much later.
   */
  private static QueueOptions.Retention kept(QueueConfig queue) {
    var said = queue.poison();
    var knownFor = queue.inbox().keep().minus(queue.retry().maxRun());
    return new QueueOptions.Retention(
        said.maxAge(), said.maxRows(), said.maxBytes(), said.maxRedrives(), knownFor);
  }

  /** What peers are told, once it is known which port was bound. */
  Endpoint advertised(Endpoint bound) {
    var said = config.listen().advertise();
    if (!said.equals(Endpoint.NONE))
      return said.port() == 0 ? new Endpoint(said.host(), bound.port()) : said;
    return bound;
  }
}
