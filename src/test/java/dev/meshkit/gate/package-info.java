/** Tests of decisions, runs and effects. */
@NullMarked
package dev.meshkit.gate;

import org.jspecify.annotations.NullMarked;
