/**
 * Where peers might be. In this form: the seeds that configuration names.
 *
 * <p>Read first: {@link dev.meshkit.discovery.SeedSource}.
 *
 * <p>Invariant: an address found here is only somewhere to ask; who answers is what its certificate
 * says. Imports no layer-1 package.
 */
@NullMarked
package dev.meshkit.discovery;

import org.jspecify.annotations.NullMarked;
