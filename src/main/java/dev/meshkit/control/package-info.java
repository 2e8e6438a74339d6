/**
 * The admin surface of a node: gRPC on a local socket for operators, metrics and health on loopback
 * HTTP for machines.
 *
 * <p>Read first: {@link dev.meshkit.control.NodeView}, {@link dev.meshkit.control.AdminServer},
 * {@code HttpServer}, {@code AdminClient}.
 *
 * <p>Flow: a call comes in → {@code NodeView} answers from one snapshot → the envelope (who
 * answered, how fresh, how many agree) is stamped on it → the same message is what {@code -o json}
 * prints. Control never reaches into a node: the node implements the port.
 *
 * <p>Invariants: the socket is 0600 and its opener is the operator of this node and of nothing
 * else; HTTP answers only GET and HEAD for a loopback name. Imports layers 0 to 3 only, and the
 * generated {@code control.proto}.
 */
@NullMarked
package dev.meshkit.control;

import org.jspecify.annotations.NullMarked;
