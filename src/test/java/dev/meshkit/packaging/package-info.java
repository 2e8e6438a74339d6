/** Tests of what lies around the Java code: the makefile, the search for a JDK, the launcher. */
@NullMarked
package dev.meshkit.packaging;

import org.jspecify.annotations.NullMarked;
