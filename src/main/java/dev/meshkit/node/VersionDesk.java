package dev.meshkit.node;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.config.MeshConfig;
import dev.meshkit.config.VersionWindow;
import dev.meshkit.gossip.Input;
import dev.meshkit.link.Links;
import dev.meshkit.runtime.Mailbox;
import java.util.List;

/**
 * Has the links go by {@code listen.versions}, at the start and whenever they change, and tells the
 * mesh where the legacy port is while it is bound. Thread-safe.
 */
final class VersionDesk {
  private static final System.Logger LOG = System.getLogger(VersionDesk.class.getName());

  private final MeshConfig config;
  private final Links links;
  private final Mailbox<Input> gossip;
  private final Bytes votes;

  /** For the node of {@code config}, which would vote by the store {@code votes}. */
  VersionDesk(MeshConfig config, Links links, Mailbox<Input> gossip, Bytes votes) {
    this.votes = votes;
    this.config = config;
    this.links = links;
    this.gossip = gossip;
  }

  /** As configured; what the mesh is told of it is told already. */
  Result<Unit> begin() {
    return links.policy(new Settings(config).policy());
  }

  /**
   * Others than configured. An error means that the legacy port could not be bound; then everything
   * is as before. Blocks while the mailbox of gossip is full.
   */
  synchronized Result<Unit> change(List<VersionWindow> versions) {
    var next = new Settings(config.withListen(config.listen().withVersions(versions)));
    return links
        .policy(next.policy())
        .onOk(_ -> gossip.offer(new Input.Described(next.labels(links.legacy(), votes))))
        .onOk(_ -> LOG.log(System.Logger.Level.INFO, "listen.versions is {0} now", versions));
  }
}
