/**
 * gRPC over HTTP/3: channels and servers for anyone with grpc-java stubs, with TLS 1.3 both ways.
 *
 * <p>Read first: {@link dev.meshkit.grpc.Http3ChannelBuilder}, {@link
 * dev.meshkit.grpc.Http3ServerBuilder}, {@link dev.meshkit.grpc.PeerCheck}; inside, {@code
 * Connection} (one QUIC connection, from handshake to loss) and {@code CallStream} (one request
 * stream).
 *
 * <pre>
 *   out  stub → Http3ClientCall, Http3ServerCall → Framer → CallStream ⇢ event loop: StreamHead → QUIC
 *   in   QUIC → event loop: StreamHead, codec, StreamTail → CallStream ⇢ Lane: Deframer → listener
 *   up   ClientConnections → Dial → Connection (handshake, PeerCheck, SETTINGS) → usable
 * </pre>
 *
 * <p>Invariants: an event loop (⇢ crosses into or out of it) runs no callback, marshaller or check;
 * a call's callbacks are serial, on its lane; no stream is used or read before the peer is admitted
 * by both sides; a message's declared length is checked before a byte of it is kept.
 *
 * <p>It knows nothing of meshes, shows no Netty type, and stands on the public API of {@code
 * io.grpc} alone. Imports no other package of MeshKit but {@code runtime}.
 */
@NullMarked
package dev.meshkit.grpc;

import org.jspecify.annotations.NullMarked;
