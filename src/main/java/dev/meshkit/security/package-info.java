/**
 * Who a peer is (certificate → identity), what it may do, and the keys this node proves itself
 * with.
 *
 * <p>Read first: {@link dev.meshkit.security.Identity}, {@link dev.meshkit.security.ChainRules},
 * {@link dev.meshkit.security.PeerVerifier}, {@link dev.meshkit.security.IdentityStore}.
 *
 * <p>Flow: {@code IdentityStore.load} reads this node's {@code Credentials} from its data
 * directory; their {@code PeerVerifier} judges each peer's chain; {@code Policy} says which methods
 * a role may call. {@code DevCa} issues what {@code --dev} nodes of one host need.
 *
 * <p>Invariants: identity is exactly one URI SAN, compared byte for byte; everything not allowed is
 * denied; a private key is created 0600, never overwritten, and never leaves its node. Opens no
 * socket and no database.
 */
@NullMarked
package dev.meshkit.security;

import org.jspecify.annotations.NullMarked;
