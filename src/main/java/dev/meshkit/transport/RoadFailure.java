package dev.meshkit.transport;

import dev.meshkit.api.MeshError;
import dev.meshkit.grpc.Http3ConnectException;
import dev.meshkit.security.TlsCode;
import io.grpc.Status;

/**
 * Why a dial, or a call on a road, failed: one code, one sentence.
 *
 * @param kind what may be done about it
 * @param mk {@code MK-NET-nnn} or {@code MK-TLS-nnn}; empty where only a call failed
 * @param why what was seen, with the peer's own reason when it sent one
 */
public record RoadFailure(Kind kind, String mk, String why) {
  /** UDP gets no answer, and HTTP/2 is not permitted. */
  public static final String NO_UDP = "MK-NET-004";

  /** What a peer says cannot be read. */
  public static final String UNREADABLE = "MK-NET-011";

  /** What a failure means for what is tried next. */
  public enum Kind {
    /** The host has no address. */
    RESOLVE,
    /** The host answered that nobody listens. */
    REFUSED,
    /** No answer. */
    TIMEOUT,
    /** No common protocol. */
    PROTOCOL,
    /** A certificate or identity was refused, by either side: no other road is tried. */
    IDENTITY,
    /** The two nodes do not belong together: cluster or wire version. */
    MISMATCH,
    /** The road worked, and ended. */
    LOST,
    /** The far side could not answer this call; its road is as before. */
    CALL
  }

  /** A certificate or identity was refused. */
  static RoadFailure identity(TlsCode code, String why) {
    return new RoadFailure(Kind.IDENTITY, code.text(), why);
  }

  /** Whether a certificate or identity was refused. */
  boolean isOfIdentity() {
    return kind == Kind.IDENTITY;
  }

  /** This as an error about {@code tried}. */
  public MeshError error(String tried) {
    var code = kind == Kind.IDENTITY ? "error.identity" : "error.unavailable";
    var error =
        MeshError.of(code, tried, why, fix(), MeshError.Retry.SAFE).with("kind", kind.name());
    return mk.isEmpty() ? error : error.with("mk", mk);
  }

  /** The kind of failure that an error of {@link #error} came from; CALL for any other error. */
  public static Kind kindOf(MeshError error) {
    var name = error.details().getOrDefault("kind", "");
    for (var kind : Kind.values()) {
      if (kind.name().equals(name)) return kind;
    }
    return Kind.CALL;
  }

  /** Whether a call that ended so says that its whole road is gone. */
  public static boolean isOfRoad(Status ended) {
    return ended.getCode() == Status.Code.UNAVAILABLE
        || ended.getCause() instanceof Http3ConnectException; // closed with an error of HTTP/3
  }

  /**
   * Whether an error of a call says that its whole road is of no more use: its connection is gone,
   * and where the peer was when it was dialled there is none to be had.
   */
  public static boolean isOfRoad(MeshError error) {
    return switch (kindOf(error)) {
      case LOST, TIMEOUT, REFUSED, RESOLVE, PROTOCOL -> true;
      case IDENTITY, MISMATCH, CALL -> false;
    };
  }

  /** Whether HTTP/3 that failed so, where TCP passed, is not likely to pass soon. */
  public static boolean isOfUdp(Kind kind) {
    return kind == Kind.TIMEOUT || kind == Kind.PROTOCOL;
  }

  private String fix() {
    var tls = TlsCode.in(mk);
    if (tls.isPresent()) return tls.get().fix();
    if (mk.equals(NO_UDP)) {
      return "let UDP of the mesh port pass, or permit HTTP/2: listen.transport = \"auto\"";
    }
    if (mk.equals(UNREADABLE)) return "look at that node: its version and its log";
    return switch (kind) {
      case RESOLVE -> "correct the address, or its DNS entry";
      case REFUSED -> "start the node there, or correct the address";
      case TIMEOUT -> "check that UDP and TCP of the port pass every firewall between the two";
      case PROTOCOL -> "the port belongs to something else: correct the address";
      case MISMATCH -> "use a node of the same cluster and of a neighbouring release";
      case IDENTITY, LOST -> "nothing to do: it is dialled again";
      case CALL -> "try again; see that node's log if it stays so";
    };
  }
}
