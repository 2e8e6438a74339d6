/**
 * The queue beside bare JDBC, beside itself with a transaction an operation, and beside another
 * queue in an SQL database: {@code QueueRun} is the measuring process.
 */
@NullMarked
package dev.meshkit.bench.queue;

import org.jspecify.annotations.NullMarked;
