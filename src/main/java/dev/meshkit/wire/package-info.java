/**
 * Bytes ↔ what cores take and give: the only importer of generated protobuf types.
 *
 * <p>Read first: {@link dev.meshkit.wire.GossipCodec}, {@link dev.meshkit.wire.Decoded}.
 *
 * <p>Flow: {@code link} hands a codec the bytes of one message and gets {@link
 * dev.meshkit.wire.Decoded} back. Sizes and counts are checked before anything is built from them.
 *
 * <p>Invariant: whatever the bytes, decoding returns a value; {@code Malformed} is counted by the
 * caller and never thrown.
 */
@NullMarked
package dev.meshkit.wire;

import org.jspecify.annotations.NullMarked;
