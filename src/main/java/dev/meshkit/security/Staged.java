package dev.meshkit.security;

import dev.meshkit.api.Result;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Credentials that a node may go by once it adopts them; until then its identity is what it was.
 * What is staged must be adopted or dropped. Used by one thread.
 */
public sealed interface Staged {
  /** What is staged. */
  Credentials credentials();

  /** Makes them this node's own. Blocks for files; on an error they may still be dropped. */
  Result<Credentials> adopt();

  /** Leaves no trace of them, unless they were adopted. Idempotent; blocks for files. */
  void drop() throws IOException;

  /**
   * The identity there is: nothing to adopt, nothing to drop.
   *
   * @param credentials it
   */
  record Current(Credentials credentials) implements Staged {
    @Override
    public Result<Credentials> adopt() {
      return Result.ok(credentials);
    }

    @Override
    public void drop() {}
  }

  /**
   * A generation beside the current one.
   *
   * @param store where it lies
   * @param generation its name
   * @param roots whom to trust with it
   * @param credentials what it holds
   */
  record Next(
      IdentityStore store, String generation, List<X509Certificate> roots, Credentials credentials)
      implements Staged {
    /** Copies the roots. */
    public Next {
      roots = List.copyOf(roots);
    }

    @Override
    public Result<Credentials> adopt() {
      try {
        store.adopt(generation, roots);
        store.forgetOld();
        return store.load(credentials.who().id());
      } catch (IOException | GeneralSecurityException failure) {
        return Result.err(store.unwritten(failure));
      }
    }

    @Override
    public void drop() throws IOException {
      store.drop(generation);
    }
  }
}
