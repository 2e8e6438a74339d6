/** Step tests of the election core, one rule each, and a small mesh of cores under virtual time. */
@NullMarked
package dev.meshkit.election;

import org.jspecify.annotations.NullMarked;
