/**
 * How long a cluster of three processes is without a leader after a SIGKILL of the one it had,
 * beside etcd, measured by the same clock in the same run.
 *
 * <p>Read first: {@link dev.meshkit.bench.failover.FailoverBench}, then {@code Trio}.
 */
@NullMarked
package dev.meshkit.bench.failover;

import org.jspecify.annotations.NullMarked;
