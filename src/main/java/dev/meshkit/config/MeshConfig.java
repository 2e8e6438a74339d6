package dev.meshkit.config;

import java.nio.file.Path;

/**
 * All a node is told before it starts; one record a section. Loaded once; nothing reads it again.
 *
 * <p>Immutable. Every value has a default; a configuration that breaks a range or relation cannot
 * be made.
 *
 * @param node who this node is
 * @param data where it keeps what must last
 * @param listen where peers reach it
 * @param http its loopback HTTP listener
 * @param discovery where peers might be
 * @param gossip how fast news spreads
 * @param election who votes
 * @param queue the durable queue
 * @param store the database
 * @param history how much past is kept
 * @param gate how changes are rolled out
 * @param log log lines
 */
public record MeshConfig(
    NodeConfig node,
    DataConfig data,
    ListenConfig listen,
    HttpConfig http,
    DiscoveryConfig discovery,
    GossipConfig gossip,
    ElectionConfig election,
    QueueConfig queue,
    StoreConfig store,
    HistoryConfig history,
    GateConfig gate,
    LogConfig log) {
  /** Checks ranges and relations. */
  public MeshConfig {
    var own = node.region();
    Rules.of("election.region")
        .require(
            "voters",
            election.region().voters().stream().allMatch(v -> v.region().equals(own)),
            "must all be of this node's region, " + own)
        .check();
  }

  /**
   * Reads a TOML file under the variables of this process; throws {@link InvalidConfig} with all
   * that is wrong, each with line and column. Blocks for the file. For flags see {@link
   * ConfigSources}.
   */
  public static MeshConfig load(Path file) {
    return ConfigSources.defaults().file(file).environment(System.getenv()).load().config();
  }

  /** The defaults. */
  public static MeshConfig defaults() {
    return new MeshConfig(
        NodeConfig.defaults(),
        DataConfig.defaults(),
        ListenConfig.defaults(),
        HttpConfig.defaults(),
        DiscoveryConfig.defaults(),
        GossipConfig.defaults(),
        ElectionConfig.defaults(),
        QueueConfig.defaults(),
        StoreConfig.defaults(),
        HistoryConfig.defaults(),
        GateConfig.defaults(),
        LogConfig.defaults());
  }

  /**
   * The node {@code name} of {@code region} with its data in {@code dir}, everything else by
   * default.
   */
  public static MeshConfig of(String region, String name, Path dir) {
    return defaults().withNode(NodeConfig.of(region, name)).withData(DataConfig.of(dir));
  }

  /** This, with another section {@code node}. */
  public MeshConfig withNode(NodeConfig node) {
    return new MeshConfig(
        node, data, listen, http, discovery, gossip, election, queue, store, history, gate, log);
  }

  /** This, with another section {@code data}. */
  public MeshConfig withData(DataConfig data) {
    return new MeshConfig(
        node, data, listen, http, discovery, gossip, election, queue, store, history, gate, log);
  }

  /** This, with another section {@code listen}. */
  public MeshConfig withListen(ListenConfig listen) {
    return new MeshConfig(
        node, data, listen, http, discovery, gossip, election, queue, store, history, gate, log);
  }

  /** This, with another section {@code http}. */
  public MeshConfig withHttp(HttpConfig http) {
    return new MeshConfig(
        node, data, listen, http, discovery, gossip, election, queue, store, history, gate, log);
  }

  /** This, with another section {@code discovery}. */
  public MeshConfig withDiscovery(DiscoveryConfig discovery) {
    return new MeshConfig(
        node, data, listen, http, discovery, gossip, election, queue, store, history, gate, log);
  }

  /** This, with another section {@code gossip}. */
  public MeshConfig withGossip(GossipConfig gossip) {
    return new MeshConfig(
        node, data, listen, http, discovery, gossip, election, queue, store, history, gate, log);
  }

  /** This, with another section {@code election}. */
  public MeshConfig withElection(ElectionConfig election) {
    return new MeshConfig(
        node, data, listen, http, discovery, gossip, election, queue, store, history, gate, log);
  }

  /** This, with another section {@code queue}. */
  public MeshConfig withQueue(QueueConfig queue) {
    return new MeshConfig(
        node, data, listen, http, discovery, gossip, election, queue, store, history, gate, log);
  }

  /** This, with another section {@code store}. */
  public MeshConfig withStore(StoreConfig store) {
    return new MeshConfig(
        node, data, listen, http, discovery, gossip, election, queue, store, history, gate, log);
  }

  /** This, with another section {@code gate}. */
  public MeshConfig withGate(GateConfig gate) {
    return new MeshConfig(
        node, data, listen, http, discovery, gossip, election, queue, store, history, gate, log);
  }

  /** This, with another section {@code history}. */
  public MeshConfig withHistory(HistoryConfig history) {
    return new MeshConfig(
        node, data, listen, http, discovery, gossip, election, queue, store, history, gate, log);
  }

  /** This, with another section {@code log}. */
  public MeshConfig withLog(LogConfig log) {
    return new MeshConfig(
        node, data, listen, http, discovery, gossip, election, queue, store, history, gate, log);
  }
}
