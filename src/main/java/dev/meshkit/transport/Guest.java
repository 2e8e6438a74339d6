package dev.meshkit.transport;

import dev.meshkit.security.Admission;
import dev.meshkit.security.Admission.Refused;
import io.grpc.Attributes;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Whoever is at the other end of one HTTP/2 connection that was accepted: judged anew at each call,
 * and each second while it has any, and sent elsewhere when its stay is over. Thread-safe.
 */
final class Guest implements PeerRounds.Watched {
  /** Every call finds its connection's here. */
  static final Attributes.Key<Guest> KEY = Attributes.Key.create("meshkit.guest");

  private final Supplier<Admission> judge;
  private final BooleanSupplier over;
  private final Runnable sendAway;
  private boolean sentAway; // of the thread that looks
  private final Set<ByteStream> calls = ConcurrentHashMap.newKeySet();

  /**
   * Whoever was let in.
   *
   * @param judge makes all checks
   * @param over whether its stay is
   * @param sendAway asks it to go elsewhere
   */
  Guest(Supplier<Admission> judge, BooleanSupplier over, Runnable sendAway) {
    this.judge = judge;
    this.over = over;
    this.sendAway = sendAway;
  }

  /** What all checks say now. */
  Admission admission() {
    return judge.get();
  }

  /** A duplex call began. */
  void calls(ByteStream stream) {
    calls.removeIf(Guest::isOver);
    calls.add(stream);
  }

  /** Refused, it loses its calls, and learns why; its empty connection idles out. */
  @Override
  public boolean stays() {
    calls.removeIf(Guest::isOver);
    if (!sentAway && over.getAsBoolean()) {
      sentAway = true;
      sendAway.run();
    }
    if (!(admission() instanceof Refused refused)) return true;
    var status = Status.UNAUTHENTICATED.withDescription(refused.text());
    calls.forEach(stream -> stream.abort(status));
    return true; // for the next call that comes in between
  }

  private static boolean isOver(ByteStream stream) {
    return stream.ended().isPresent();
  }
}
