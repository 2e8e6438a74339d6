/**
 * gRPC over HTTP/3: channels and servers for anyone with grpc-java stubs, with TLS 1.3 both ways.
 *
 * <p>Read first: {@link dev.meshkit.grpc.Http3ChannelBuilder}, {@link
 * dev.meshkit.grpc.Http3ServerBuilder}, {@link dev.meshkit.grpc.PeerCheck}.
 *
 * <p>It knows nothing of meshes, shows no Netty type, and stands on the public API of {@code
 * io.grpc} alone. Imports no other package of MeshKit but {@code runtime}.
 */
@NullMarked
package dev.meshkit.grpc;

import org.jspecify.annotations.NullMarked;
