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
    return of(global.view().content(), region, self, profile);
  }

  /**
   * The same by what this node knows to be committed of the global scope.
   *
   * @param agreed the content of its view
   */
  public static Optional<ScopeRecord> of(
      Content agreed, String region, Seat self, Profile profile) {
    for (var known : agreed.regions())
      if (known.name().equals(region) && known.founder().is(self.node(), self.store()))
        return Optional.of(first(agreed.genesis(), known, self, profile));
    return Optional.empty();
  }

  /**
   * The first record of the global scope: its founder votes alone, and founds its own region, too.
   * Only whoever begins a mesh asks for it, once.
   *
   * @param self the founder, by the store that votes
   * @param genesis drawn anew: whoever begins twice makes two meshes that refuse each other
   */
  public static ScopeRecord global(Seat self, Bytes genesis, Profile profile) {
    var own = new Region(self.node().region(), 1, self);
    var content =
        Content.of(1, genesis, profile.maxPromise(), Content.RHO_PPM, List.of(self))
            .founding(List.of(own));
    return new ScopeRecord(FIRST, content);
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
