package dev.meshkit.link;

import static dev.meshkit.link.Lab.A;
import static dev.meshkit.link.Lab.B;
import static dev.meshkit.link.Lab.CLUSTER;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Result;
import dev.meshkit.security.Credentials;
import dev.meshkit.security.TestCa;
import dev.meshkit.transport.RoadTimes;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * T27: what lets a peer be dialled again whose identity, or ours, was refused, long before the time
 * of the block is over.
 */
@Timeout(180)
class BlockedTest {
  private static final RoadTimes FOREVER = RoadTimes.DEFAULTS.withBlocked(Duration.ofDays(1));

  private final Lab lab = new Lab();
  private final TestCa foreign = new TestCa(CLUSTER);

  @AfterEach
  void close() {
    lab.close();
  }

  private Lab.Station node(dev.meshkit.api.NodeId id, Credentials credentials) {
    return lab.node(id, credentials, options -> options.withTimes(FOREVER));
  }

  private static void awaitBlocked(Lab.Station dialler, Lab.Station peer, String code) {
    dialler.want(peer);
    await().until(() -> dialler.news.stream().anyMatch(news -> news.peer().equals(peer.id)));
    var asked = sync(dialler, peer);
    assertEquals(code, assertInstanceOf(Result.Err.class, asked).error().details().get("mk"));
  }

  private static Result<Bytes> sync(Lab.Station from, Lab.Station to) {
    try {
      return from.links.sync(to.id, Bytes.utf8("x"), Duration.ofSeconds(20));
    } catch (InterruptedException ended) {
      throw new IllegalStateException(ended);
    }
  }

  @Test
  void anotherCertificateOfOurs() {
    var peer = node(A, lab.ca.node(A));
    var stranger = node(B, foreign.stranger(B, lab.ca));
    awaitBlocked(stranger, peer, "MK-TLS-010");
    stranger.renew(lab.ca.node(B));
    await().until(() -> stranger.links.up().contains(A) && peer.links.up().contains(B));
  }

  @Test
  void otherRootsOfOurs() {
    var peer = node(A, lab.ca.node(A));
    var mistrusting = node(B, lab.ca.stranger(B, foreign));
    awaitBlocked(mistrusting, peer, "MK-TLS-002");
    mistrusting.renew(lab.ca.node(B));
    await().until(() -> mistrusting.links.up().contains(A));
  }

  @Test
  void anOperatorWhoSaysSoThoughNothingChangedHere() {
    // given a peer that mistrusts us, and whose operator mends that
    var peer = node(A, lab.ca.stranger(A, foreign));
    var good = node(B, lab.ca.node(B));
    awaitBlocked(good, peer, "MK-TLS-010");
    peer.own.publish(lab.ca.node(A));
    assertFalse(sync(good, peer).isOk());
    // when ours has this node read its identity again
    await() // its listener takes a moment to go by what was mended
        .until(
            () -> {
              good.links.renewed();
              return good.links.up().contains(A);
            });
  }

  @Test
  void thePeerWithAnotherCertificateThatDialsUs() {
    // given a peer whose certificate is a stranger's, and that dials nobody
    var peer = node(A, foreign.stranger(A, lab.ca));
    var good = node(B, lab.ca.node(B));
    awaitBlocked(good, peer, "MK-TLS-002");
    // when it has a good one, and dials us, then we may dial it
    peer.renew(lab.ca.node(A));
    await() // its listener takes a moment, too
        .until(
            () -> {
              peer.want();
              peer.want(good);
              await().until(() -> good.links.up().contains(A));
              return sync(good, peer).isOk();
            });
  }
}
