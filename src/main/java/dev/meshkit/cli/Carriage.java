package dev.meshkit.cli;

import dev.meshkit.api.MeshException;
import dev.meshkit.control.Doubt;
import dev.meshkit.control.Envelope;
import dev.meshkit.control.proto.Travel;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How a message travels, and what to wait for, as options of the verbs that send one. */
final class Carriage {
  /** The node's own wait ends first, so that its text says what goes on, not a dropped call's. */
  private static final Duration REPLY_MARGIN = Duration.ofSeconds(2);

  /** What an error says of a message that was handed to a node which did not answer. */
  static final Doubt DOUBT =
      new Doubt("the message may be queued there all the same", "meshkit queue");

  /** No option's value is negative. */
  private static final Duration NODES_OWN = Duration.ofSeconds(-1);

  /** What to wait for. */
  enum Wait {
    /** The commit here. */
    enqueued,
    /** The receipt from there. */
    delivered
  }

  /** What a message is, which decides whom it waits behind. */
  enum Traffic {
    /** Seldom, and soon. */
    control,
    /** Only the newest of each key matters. */
    state,
    /** Everything else. */
    bulk
  }

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      description =
          "control: before the others; state: only the newest of its --key; bulk (default). Order"
              + " holds within a class.")
  private Traffic traffic = Traffic.bulk;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Of class state: what it is the newest state of; one that waits is replaced.")
  private String key = "";

  @Option(
      names = "--ttl",
      paramLabel = "DURATION",
      description =
          "How long it waits for its peer before it is dead EXPIRED: 10m, 7d; default: the node's.")
  private Duration ttl = NODES_OWN;

  @Option(
      names = "--wait",
      paramLabel = "UNTIL",
      description = "enqueued (default), or delivered: until the receiver has applied it.")
  private Wait wait = Wait.enqueued;

  private final String verb;

  /** Of a verb, which its errors name. */
  Carriage(String verb) {
    this.verb = verb;
  }

  /** How it travels, checked as far as this side can. */
  Travel travel() {
    if (ttl.isZero())
      throw new MeshException(
          Ask.usage(verb, "--ttl is zero: it would be dead before it is sent", "write --ttl 10m"));
    return Travel.newBuilder()
        .setTraffic(
            switch (traffic) {
              case control -> Travel.TrafficClass.CONTROL;
              case state -> Travel.TrafficClass.STATE;
              case bulk -> Travel.TrafficClass.BULK;
            })
        .setCoalesceKey(key)
        .setTtl(Envelope.duration(ttl.isNegative() ? Duration.ZERO : ttl))
        .build();
  }

  /** How long the node shall wait for receipts. */
  com.google.protobuf.Duration wait(Ask ask) {
    return Envelope.duration(wait == Wait.delivered ? ask.timeout() : Duration.ZERO);
  }

  /** What the call needs beside the chosen patience. */
  Duration more() {
    return wait == Wait.delivered ? REPLY_MARGIN : Duration.ZERO;
  }

  /** Whether receipts are waited for. */
  boolean isAwaited() {
    return wait == Wait.delivered;
  }
}
