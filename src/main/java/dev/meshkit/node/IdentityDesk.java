package dev.meshkit.node;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.Result;
import dev.meshkit.api.Unit;
import dev.meshkit.link.Links;
import dev.meshkit.security.Credentials;
import dev.meshkit.security.DenyList;
import dev.meshkit.security.IdentityStore;
import dev.meshkit.security.OwnCredentials;
import java.time.Duration;

/**
 * This node's identity while the node runs: read again when its files have been replaced, and when
 * an operator asks. What is wrong with it changes nothing: the node goes on with what it had.
 * Thread-safe.
 */
final class IdentityDesk {
  private static final System.Logger LOG = System.getLogger(IdentityDesk.class.getName());

  /** Replaced files are to be served within 2 s, of which a listener needs one. */
  private static final Duration TURN = Duration.ofSeconds(1);

  private final IdentityStore store;
  private final OwnCredentials own;
  private final Links links;
  private final NodeEvent.Sink events;
  private final Runnable renewed;
  private IdentityStore.Mark seen; // guarded by this
  private DenyList revoked = DenyList.NONE; // guarded by this

  /**
   * {@code own} was just read from {@code store}; {@code renewed} hears, without blocking, that it
   * is another.
   */
  IdentityDesk(
      IdentityStore store,
      OwnCredentials own,
      Links links,
      NodeEvent.Sink events,
      Runnable renewed) {
    this.store = store;
    this.own = own;
    this.links = links;
    this.events = events;
    this.renewed = renewed;
    this.seen = store.mark();
  }

  /** Looks at the files, until interrupted. */
  void watch() throws InterruptedException {
    while (true) {
      Thread.sleep(TURN);
      look();
    }
  }

  private synchronized void look() {
    var now = store.mark();
    if (now.equals(seen)) return;
    seen = now; // before it is read: what is replaced meanwhile is read again
    read().onErr(this::refused);
  }

  /**
   * Reads it now, because somebody says that something was mended: peers that were not dialled
   * because an identity was refused are dialled again, even if nothing has changed here.
   */
  synchronized Result<Unit> renew() {
    seen = store.mark();
    return read().onErr(this::refused).map(_ -> Unit.UNIT);
  }

  private Result<Credentials> read() {
    return store.load(own.now().who().id()).flatMap(this::ofThisCluster).onOk(this::publish);
  }

  /** The databases are this cluster's, so that another one's identity waits for no restart. */
  private Result<Credentials> ofThisCluster(Credentials next) {
    var cluster = own.now().who().cluster();
    if (next.who().cluster().equals(cluster)) return Result.ok(next);
    return Result.err(
        MeshError.of(
                "error.identity",
                "take another certificate",
                "it is of cluster " + next.who().cluster() + ", this node of " + cluster,
                "put back an identity of " + cluster,
                MeshError.Retry.NEVER)
            .with("mk", "MK-TLS-003"));
  }

  /**
   * Whom the cluster has revoked, by the committed record (E12): new handshakes refuse them from
   * now on, and live roads end within a second. Never blocks for long.
   */
  synchronized void revoke(DenyList by) {
    revoked = by;
    if (own.publish(own.now().revoking(by))) links.renewed();
  }

  private synchronized void publish(Credentials next) {
    var before = own.leaf();
    var changed = own.publish(next.revoking(revoked));
    links.renewed();
    if (!changed) return;
    renewed.run();
    var what =
        own.leaf().equals(before) ? "other roots or another deny.list" : "another certificate";
    var text = "this node goes by " + what + "; its own ends " + next.notAfter();
    LOG.log(System.Logger.Level.INFO, text);
    events.accept(NodeEvent.info("identity.renewed", "", text).because("RELOAD"));
  }

  private void refused(MeshError why) {
    var code = why.details().getOrDefault("mk", why.code());
    LOG.log(System.Logger.Level.WARNING, "the former identity stays: {0} {1}", code, why.text());
    var text = "the identity on disk is of no use, the former one stays: " + why.why();
    events.accept(NodeEvent.warn("identity.refused", "", text).because("RELOAD").coded(code));
  }
}
