package dev.meshkit.node;

import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.gossip.Effect;
import dev.meshkit.store.Store;

/** Turns what must stop a node into the failure of one of its loops. */
final class StoreWatch {
  private StoreWatch() {}

  /** Blocks until the store fails, and throws what failed; until then until interrupted. */
  @SuppressWarnings("DoNotCallSuggester") // to throw is its work
  static void until(Store store) throws InterruptedException {
    throw new MeshException(store.awaitFailure());
  }

  /** Throws if gossip ended because this node is a clone; a goodbye is a good end. */
  static void unlessCloned(GossipLoop members) {
    if (members.cause().filter(cause -> cause == Effect.Stop.Cause.CLONED).isEmpty()) return;
    throw new MeshException(
        MeshError.of(
                "error.identity.cloned",
                "being a member of the mesh",
                "another process runs under this node's name and has the better claim to it",
                "stop one of the two; give a copied data directory another name and certificate",
                MeshError.Retry.NEVER)
            .with("mk", "MK-GOS-001"));
  }
}
