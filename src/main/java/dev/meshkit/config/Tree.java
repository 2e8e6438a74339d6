package dev.meshkit.config;

/** Asks a {@link Reader} for every key there is, and makes the record tree of the answers. */
final class Tree {
  private final Reader in;
  private final MeshConfig defaults = MeshConfig.defaults();

  Tree(Reader in) {
    this.in = in;
  }

  MeshConfig read() {
    var node = in.section(this::node, defaults.node());
    var data = in.section(this::data, defaults.data());
    var listen = in.section(this::listen, defaults.listen());
    var http = in.section(this::http, defaults.http());
    var discovery = in.section(this::discovery, defaults.discovery());
    var gossip = in.section(this::gossip, defaults.gossip());
    var election = in.section(this::election, defaults.election());
    var limit = in.section(this::limit, defaults.queue().limit());
    var retry = in.section(this::retry, defaults.queue().retry());
    var poison = in.section(this::poison, defaults.queue().poison());
    var dedup = in.section(this::dedup, defaults.queue().dedup());
    var inbox = in.section(this::inbox, defaults.queue().inbox());
    var trace = in.value("queue.trace", Kind.FLAG, defaults.queue().trace());
    var store = in.section(this::store, defaults.store());
    var history = in.section(this::history, defaults.history());
    var gate = in.section(this::gate, defaults.gate());
    var log = in.section(this::log, defaults.log());
    if (in.isBroken("node")) return defaults; // who its voters may be would be judged by a guess
    return in.section(
        () ->
            new MeshConfig(
                node,
                data,
                listen,
                http,
                discovery,
                gossip,
                election,
                new QueueConfig(limit, retry, poison, dedup, inbox, trace),
                store,
                history,
                gate,
                log),
        defaults);
  }

  private NodeConfig node() {
    var d = defaults.node();
    return new NodeConfig(
        in.value("node.name", Kind.TEXT, d.name()),
        in.value("node.region", Kind.TEXT, d.region()),
        in.value("node.zone", Kind.TEXT, d.zone()),
        in.table("node.labels"));
  }

  private DataConfig data() {
    var d = defaults.data();
    return new DataConfig(
        in.value("data.dir", Kind.PATH, d.dir()),
        in.value("data.stop_deadline", Kind.DURATION, d.stopDeadline()));
  }

  private ListenConfig listen() {
    var d = defaults.listen();
    return new ListenConfig(
        in.value("listen.mesh", Kind.ENDPOINT, d.mesh()),
        in.value("listen.advertise", Kind.endpointOr(""), d.advertise()),
        in.value("listen.legacy", Kind.ENDPOINT, d.legacy()),
        in.value("listen.transport", Kind.oneOf(TransportChoice.class), d.transport()),
        in.value("listen.versions", Kind.WINDOWS, d.versions()));
  }

  private HttpConfig http() {
    return new HttpConfig(
        in.value("http.listen", Kind.endpointOr("off"), defaults.http().listen()));
  }

  private DiscoveryConfig discovery() {
    return new DiscoveryConfig(
        in.value("discovery.seeds", Kind.ENDPOINTS, defaults.discovery().seeds()));
  }

  private GossipConfig gossip() {
    var d = defaults.gossip();
    return new GossipConfig(
        in.value("gossip.interval", Kind.DURATION, d.interval()),
        in.value("gossip.probe_interval", Kind.DURATION, d.probeInterval()),
        in.value("gossip.suspicion_min", Kind.INT, d.suspicionMin()),
        in.value("gossip.suspicion_max", Kind.INT, d.suspicionMax()),
        in.value("gossip.confirmers", Kind.INT, d.confirmers()));
  }

  private ElectionConfig election() {
    var d = defaults.election();
    return new ElectionConfig(
        scope("election.region", d.region()),
        scope("election.global", d.global()),
        new ElectionVoteConfig(
            in.value("election.vote.birth", Kind.oneOf(ElectionBirth.class), d.vote().birth()),
            in.value("election.vote.dead_voter_after", Kind.DURATION, d.vote().deadVoterAfter()),
            in.value("election.vote.settle", Kind.DURATION, d.vote().settle())));
  }

  private ElectionScopeConfig scope(String section, ElectionScopeConfig d) {
    return new ElectionScopeConfig(
        in.value(section + ".profile", Kind.oneOf(ElectionProfile.class), d.profile()),
        in.value(section + ".voters", Kind.NODES, d.voters()));
  }

  private QueueLimitConfig limit() {
    var d = defaults.queue().limit();
    return new QueueLimitConfig(
        in.value("queue.limit.tasks", Kind.LONG, d.tasks()),
        in.value("queue.limit.bytes", Kind.SIZE, d.bytes()),
        in.value("queue.limit.lane_tasks", Kind.LONG, d.laneTasks()),
        in.value("queue.limit.lane_bytes", Kind.SIZE, d.laneBytes()),
        in.value("queue.limit.on_full", Kind.oneOf(OnFull.class), d.onFull()),
        in.value("queue.limit.enqueue_wait", Kind.DURATION, d.enqueueWait()));
  }

  private QueueRetryConfig retry() {
    var d = defaults.queue().retry();
    return new QueueRetryConfig(
        in.value("queue.retry.max_attempts", Kind.INT, d.maxAttempts()),
        in.value("queue.retry.lease", Kind.DURATION, d.lease()),
        in.value("queue.retry.base", Kind.DURATION, d.base()),
        in.value("queue.retry.cap", Kind.DURATION, d.cap()),
        in.value("queue.retry.max_run", Kind.DURATION, d.maxRun()),
        in.value("queue.retry.ttl_control", Kind.DURATION, d.ttlControl()),
        in.value("queue.retry.ttl_state", Kind.DURATION, d.ttlState()),
        in.value("queue.retry.ttl_bulk", Kind.DURATION, d.ttlBulk()));
  }

  private QueuePoisonConfig poison() {
    var d = defaults.queue().poison();
    return new QueuePoisonConfig(
        in.value("queue.poison.max_age", Kind.DURATION, d.maxAge()),
        in.value("queue.poison.max_rows", Kind.LONG, d.maxRows()),
        in.value("queue.poison.max_bytes", Kind.SIZE, d.maxBytes()),
        in.value("queue.poison.max_redrives", Kind.INT, d.maxRedrives()));
  }

  private QueueDedupConfig dedup() {
    var d = defaults.queue().dedup();
    return new QueueDedupConfig(in.value("queue.dedup.window", Kind.DURATION, d.window()));
  }

  private QueueInboxConfig inbox() {
    var d = defaults.queue().inbox();
    return new QueueInboxConfig(
        in.value("queue.inbox.max_run", Kind.DURATION, d.maxRun()),
        in.value("queue.inbox.keep", Kind.DURATION, d.keep()));
  }

  private StoreConfig store() {
    var d = defaults.store();
    return new StoreConfig(
        in.value("store.batch_ops", Kind.INT, d.batchOps()),
        in.value("store.batch_bytes", Kind.SIZE, d.batchBytes()),
        in.value("store.commit_deadline", Kind.DURATION, d.commitDeadline()),
        in.value("store.wal_alarm", Kind.SIZE, d.walAlarm()),
        in.value("store.reserve", Kind.SIZE, d.reserve()));
  }

  private HistoryConfig history() {
    var d = defaults.history();
    return new HistoryConfig(
        in.value("history.event_rows", Kind.INT, d.eventRows()),
        in.value("history.event_age", Kind.DURATION, d.eventAge()));
  }

  private GateConfig gate() {
    var d = defaults.gate();
    return new GateConfig(
        in.value("gate.retire_soak", Kind.DURATION, d.retireSoak()),
        in.value("gate.run_keep", Kind.DURATION, d.runKeep()),
        in.value("gate.run_tombstone", Kind.DURATION, d.runTombstone()),
        in.value("gate.flip_drain", Kind.DURATION, d.flipDrain()));
  }

  private LogConfig log() {
    var d = defaults.log();
    return new LogConfig(
        in.value("log.level", Kind.oneOf(LogLevel.class), d.level()),
        in.value("log.format", Kind.oneOf(LogFormat.class), d.format()));
  }
}
