/**
 * Moves calls of bytes between authenticated peers: HTTP/3 first, HTTP/2 where UDP is blocked.
 *
 * <p>Read first: {@link dev.meshkit.transport.Family}, {@link dev.meshkit.transport.Transport},
 * {@link dev.meshkit.transport.Listener}, {@link dev.meshkit.transport.ByteStream}.
 *
 * <p>Flow: {@code Transport.dial} races the permitted roads to an endpoint, checks who answered,
 * and returns a {@code Road}; calls on it carry bytes by method name, so that this package knows no
 * message. A {@code Listener} serves the same methods on UDP and TCP of one port.
 *
 * <p>Invariants: a failure of authentication is never answered by trying another road; no call
 * reaches a handler before its peer's whole chain was checked. Imports grpc and security, never
 * wire.
 */
@NullMarked
package dev.meshkit.transport;

import org.jspecify.annotations.NullMarked;
