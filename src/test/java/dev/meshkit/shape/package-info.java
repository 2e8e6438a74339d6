/**
 * Reads the shape of the code out of compiled classes and source files, for {@code ShapeTest}.
 *
 * <p>Read first: {@link dev.meshkit.shape.Compiled}, then the rules: {@link
 * dev.meshkit.shape.PackageRules} and {@link dev.meshkit.shape.CodeRules} for classes, {@link
 * dev.meshkit.shape.SourceRules} for files. A rule returns what breaks it, one line each.
 */
@NullMarked
package dev.meshkit.shape;

import org.jspecify.annotations.NullMarked;
