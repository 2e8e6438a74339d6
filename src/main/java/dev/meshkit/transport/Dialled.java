package dev.meshkit.transport;

import java.util.Optional;

/**
 * What a dial came to.
 *
 * @param road checked and usable
 * @param downgrade why it is not HTTP/3 though that is permitted; empty if it is, or need not be
 * @param undecided whether HTTP/3 had neither come about nor failed when it was not waited for any
 *     longer
 */
public record Dialled(Road road, Optional<String> downgrade, boolean undecided) {
  /** The road that was wanted. */
  static Dialled asWanted(Road road) {
    return new Dialled(road, Optional.empty(), false);
  }

  /** Whether HTTP/3 failed in a way that is not likely to be over soon. */
  public boolean isOfUdp() {
    return downgrade.map(RoadFailure.Kind::valueOf).filter(RoadFailure::isOfUdp).isPresent();
  }
}
