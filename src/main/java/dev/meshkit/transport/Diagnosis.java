package dev.meshkit.transport;

import dev.meshkit.grpc.Http3ConnectException;
import dev.meshkit.security.TlsCode;
import dev.meshkit.transport.RoadFailure.Kind;
import io.grpc.Status;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** What a gRPC status says about a road: never just "io exception". */
final class Diagnosis {
  private static final Pattern MK_NET = Pattern.compile("MK-NET-\\d{3}");

  /** Of the codes that a peer may say, those that stay so until somebody acts. */
  private static final Set<String> MISMATCHES =
      Set.of("MK-NET-005", "MK-NET-006", "MK-NET-007", RoadFailure.UNREADABLE);

  /** What Netty says beside it of its own inside, which tells an operator nothing. */
  private static final Pattern PIPELINE = Pattern.compile("(?s)\\s*Channel Pipeline:.*");

  private static final int CERTIFICATE_REQUIRED = 116;
  private static final int INTERNAL_ERROR = 80;

  private Diagnosis() {}

  /** The failure behind a status that is not OK. */
  static RoadFailure of(Status status) {
    var causes = causes(status.getCause());
    for (var cause : causes) {
      if (cause instanceof Http3ConnectException h3) return quic(h3, causes);
    }
    var said = String.valueOf(status.getDescription());
    var told = TlsCode.in(said);
    if (told.isPresent()) return told(told.get(), "the peer says: " + said);
    var code = MK_NET.matcher(said);
    if (code.find()) {
      var kind = MISMATCHES.contains(code.group()) ? Kind.MISMATCH : Kind.CALL;
      return new RoadFailure(kind, code.group(), "the peer says: " + said);
    }
    return tcp(causes).or(() -> broken(causes)).orElseGet(() -> bare(status));
  }

  /** The same, where no call has worked yet: each has a code, and no path was there to lose. */
  static RoadFailure ofDial(Status status) {
    var failure = of(status);
    var over = causes(status.getCause()).stream().anyMatch(Http3ConnectException.class::isInstance);
    if (failure.mk().equals("MK-NET-008") && !over) {
      return new RoadFailure(failure.kind(), "MK-NET-002", failure.why());
    }
    if (!failure.mk().isEmpty()) return failure;
    return new RoadFailure(failure.kind(), TlsCode.UNCLASSIFIED.text(), failure.why());
  }

  /**
   * The failure behind a status of one call among others: that it had no answer in its time says
   * nothing of its road, on which they go on. A road that fell silent had its handshake long ago:
   * its path is lost.
   */
  static RoadFailure ofCall(Status status) {
    if (status.getCode() != Status.Code.DEADLINE_EXCEEDED) {
      var failure = of(status);
      if (failure.kind() != Kind.TIMEOUT) return failure;
      return new RoadFailure(Kind.LOST, "MK-NET-008", failure.why());
    }
    var said = status.getDescription();
    return new RoadFailure(Kind.CALL, "", said == null ? "no answer in time" : said);
  }

  /** It has no room for us now, which says nothing of who we are. */
  private static RoadFailure told(TlsCode code, String why) {
    return code == TlsCode.OVERLOAD
        ? new RoadFailure(Kind.LOST, code.text(), why)
        : RoadFailure.identity(code, why);
  }

  private static RoadFailure quic(Http3ConnectException h3, List<Throwable> causes) {
    var said = String.valueOf(h3.getMessage());
    var why = ours(causes).filter(text -> !said.contains(text)).map(text -> said + ": " + text);
    return quic(h3, causes, why.orElse(said));
  }

  private static RoadFailure quic(Http3ConnectException h3, List<Throwable> causes, String why) {
    return switch (h3.kind()) {
      case RESOLVE -> new RoadFailure(Kind.RESOLVE, "MK-NET-002", why);
      case REFUSED -> new RoadFailure(Kind.REFUSED, "MK-NET-002", why);
      case TIMEOUT -> new RoadFailure(Kind.TIMEOUT, "MK-TLS-013", why);
      case ALPN -> new RoadFailure(Kind.PROTOCOL, "MK-TLS-011", why);
      case TLS -> tls(h3.tlsAlert(), causes, why);
      case PEER_CHECK ->
          RoadFailure.identity(TlsCode.of(h3.refusal()).orElse(TlsCode.UNCLASSIFIED), why);
      case OVERLOAD -> new RoadFailure(Kind.LOST, "MK-TLS-017", why);
      case CLOSED -> new RoadFailure(Kind.LOST, "MK-NET-008", why);
    };
  }

  /** Whether a handshake failed because our own trust manager refused the chain. */
  static boolean isOfVerification(Throwable failure) {
    return mentions(causes(failure), "CERTIFICATE_VERIFY_FAILED");
  }

  private static RoadFailure tls(int alert, List<Throwable> causes, String why) {
    var own = ours(causes).flatMap(TlsCode::in);
    if (own.isPresent()) return RoadFailure.identity(own.get(), why);
    if (mentions(causes, "PEER_DID_NOT_RETURN_A_CERTIFICATE")) {
      return RoadFailure.identity(TlsCode.NO_CERTIFICATE, why);
    }
    return switch (alert) {
      case CERTIFICATE_REQUIRED -> RoadFailure.identity(TlsCode.NO_CERTIFICATE, why);
      // 80: how Netty's QUIC tells a peer that its certificate was refused, whatever the reason
      case 42, 43, 44, 45, 46, 48, 49, INTERNAL_ERROR ->
          RoadFailure.identity(TlsCode.REFUSED_BY_PEER, why);
      case 40, 47, 70, 71 -> new RoadFailure(Kind.PROTOCOL, TlsCode.NO_COMMON_TLS.text(), why);
      default -> new RoadFailure(Kind.PROTOCOL, TlsCode.UNCLASSIFIED.text(), why);
    };
  }

  private static Optional<RoadFailure> tcp(List<Throwable> causes) {
    for (var cause : causes) {
      var why = String.valueOf(cause.getMessage());
      switch (cause) {
        case UnknownHostException _ -> {
          return Optional.of(new RoadFailure(Kind.RESOLVE, "MK-NET-002", "no address: " + why));
        }
        case NoRouteToHostException _ -> {
          return Optional.of(new RoadFailure(Kind.TIMEOUT, "MK-NET-002", why));
        }
        case ConnectException _ when why.toLowerCase(java.util.Locale.ROOT).contains("refused") -> {
          return Optional.of(new RoadFailure(Kind.REFUSED, "MK-NET-002", why));
        }
        case java.net.SocketTimeoutException _ -> {
          return Optional.of(new RoadFailure(Kind.TIMEOUT, "MK-TLS-013", why));
        }
        case ConnectException _ -> {
          return Optional.of(new RoadFailure(Kind.TIMEOUT, "MK-NET-002", why));
        }
        case SSLException broken -> {
          return Optional.of(tls(alert(String.valueOf(broken.getMessage())), causes, why));
        }
        default -> {}
      }
    }
    return Optional.empty();
  }

  /** What the system says of a connection that broke, which Netty calls an "io exception". */
  private static Optional<RoadFailure> broken(List<Throwable> causes) {
    return causes.stream()
        .filter(cause -> cause instanceof IOException && cause.getMessage() != null)
        .findFirst()
        .map(cause -> "the connection broke: " + cause.getMessage())
        .map(why -> new RoadFailure(Kind.LOST, "MK-NET-008", why));
  }

  private static RoadFailure bare(Status status) {
    var said = PIPELINE.matcher(String.valueOf(status.getDescription())).replaceFirst("");
    var why = status.getCode() + " " + said;
    return switch (status.getCode()) {
      case DEADLINE_EXCEEDED -> new RoadFailure(Kind.TIMEOUT, "MK-TLS-013", why);
      case UNIMPLEMENTED -> new RoadFailure(Kind.PROTOCOL, "MK-NET-007", why);
      case UNAVAILABLE -> new RoadFailure(Kind.LOST, "MK-NET-008", why);
      default -> new RoadFailure(Kind.CALL, "", why);
    };
  }

  /** The number of an alert that JSSE names in words. */
  private static int alert(String message) {
    if (message.contains("certificate_required")) return CERTIFICATE_REQUIRED;
    if (message.contains("no_application_protocol")) return 120;
    if (message.contains("Received fatal alert") && message.contains("certificate")) return 46;
    if (message.contains("unknown_ca") || message.contains("access_denied")) return 48;
    return message.contains("handshake_failure") || message.contains("protocol_version") ? 40 : -1;
  }

  /** What our own check said, wherever the TLS library put it. */
  private static Optional<String> ours(List<Throwable> causes) {
    return causes.stream()
        .map(cause -> String.valueOf(cause.getMessage()))
        .filter(text -> TlsCode.in(text).isPresent())
        .findFirst();
  }

  private static boolean mentions(List<Throwable> causes, String boringSslReason) {
    return causes.stream()
        .anyMatch(cause -> String.valueOf(cause.getMessage()).contains(boringSslReason));
  }

  private static List<Throwable> causes(@org.jspecify.annotations.Nullable Throwable first) {
    var all = new ArrayList<Throwable>();
    for (var cause = first; cause != null && all.size() < 16; cause = cause.getCause()) {
      all.add(cause);
    }
    return all;
  }
}
