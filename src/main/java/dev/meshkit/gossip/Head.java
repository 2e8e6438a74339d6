package dev.meshkit.gossip;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Scope;

/**
 * That a scope record is committed: where its scope stands, in 60 bytes. The record itself is asked
 * of whoever says so, unless its content is here already; what it says is no matter of this core.
 *
 * <p>Merged by the greatest (generation, term, version).
 *
 * @param scope whose record
 * @param generation of the scope
 * @param term of the record's id
 * @param version of the record's id
 * @param hash SHA-256 of the record's content, at most 32 bytes
 */
public record Head(Scope scope, int generation, long term, long version, Bytes hash) {
  /** The most bytes of a hash. */
  public static final int MAX_HASH_BYTES = 32;

  /** Checks the hash. */
  public Head {
    if (hash.size() > MAX_HASH_BYTES)
      throw new IllegalArgumentException("want a hash of at most 32 bytes, not " + hash.size());
  }

  /** Whether this is a later record than {@code other} of the same scope. */
  public boolean beats(Head other) {
    var byGeneration = Integer.compareUnsigned(generation, other.generation);
    if (byGeneration != 0) return byGeneration > 0;
    var byTerm = Long.compareUnsigned(term, other.term);
    if (byTerm != 0) return byTerm > 0;
    return Long.compareUnsigned(version, other.version) > 0;
  }

  /** What it adds to the sum of all heads. */
  long part() {
    return Hash.START.text(scope.text()).one(0).u32(generation).u64(term).u64(version).value();
  }
}
