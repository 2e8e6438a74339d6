package dev.meshkit.election;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Scope;
import java.util.List;
import java.util.Optional;

/**
 * How a region's scope is born (§7): only by the node, on the store, that the <em>committed</em>
 * global record names as its founder, so two births of one generation cannot exist. Their genesis
 * follows from that entry: a founder that begins twice begins the same scope.
 */
public final class Founding {
  private static final RecordId FIRST = new RecordId(0, 1);

  private Founding() {}

  /**
   * The first record of a region's scope; empty unless {@code self} is its founder by what this
   * node knows to be committed.
   *
   * @param global this node's part in the global scope
   * @param self this node, by the store that will vote
   * @param profile of the region's election
   */
  public static Optional<ScopeRecord> of(State global, String region, Seat self, Profile profile) {
    var agreed = global.view().content();
    for (var known : agreed.regions())
      if (known.name().equals(region) && known.founder().is(self.node(), self.store()))
        return Optional.of(first(agreed.genesis(), known, self, profile));
    return Optional.empty();
  }

  private static ScopeRecord first(Bytes cluster, Region region, Seat self, Profile profile) {
    var words =
        String.join(
            " ",
            cluster.hex(),
            Scope.region(region.name()).text(),
            Integer.toString(region.generation()),
            self.node().toString(),
            self.store().hex());
    var genesis = Bytes.utf8(words).sha256();
    var content =
        Content.of(
            region.generation(), genesis, profile.maxPromise(), Content.RHO_PPM, List.of(self));
    return new ScopeRecord(FIRST, content);
  }
}
