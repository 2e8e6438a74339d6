/** A node's loops and tables, with real stores and threads; no ports. */
@NullMarked
package dev.meshkit.node;

import org.jspecify.annotations.NullMarked;
