package dev.meshkit.grpc;

import io.grpc.Status;

/** Ends of calls whose connection was closed, for tests of who acts upon them. */
public final class PlantedEnds {
  private PlantedEnds() {}

  /** The server closed it with this code of HTTP/3's. */
  public static Status closedByServer(long code) {
    var close = new Http3ConnectException.Close(Http3ConnectException.NONE, code, "planted", true);
    return StatusMapping.ofEnd(new Http3ConnectException(Kind.CLOSED, "planted", close, null));
  }
}
