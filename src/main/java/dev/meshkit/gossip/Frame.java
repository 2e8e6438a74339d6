package dev.meshkit.gossip;

import dev.meshkit.api.Bytes;
import dev.meshkit.api.Endpoint;
import dev.meshkit.api.NodeId;
import java.time.Duration;
import java.util.List;

/**
 * What one node says to another on {@code Mesh.Stream}, with news riding along. The sender is the
 * link's peer.
 *
 * @param life the sender's
 * @param body what the frame is for
 * @param members news of members
 * @param claims news of leaders
 * @param heads news of committed records
 */
public record Frame(
    Life life, Body body, List<Told> members, List<Claim> claims, List<Head> heads) {
  /** Copies the lists. */
  public Frame {
    members = List.copyOf(members);
    claims = List.copyOf(claims);
    heads = List.copyOf(heads);
  }

  /** One without news of records. */
  public Frame(Life life, Body body, List<Told> members, List<Claim> claims) {
    this(life, body, members, claims, List.of());
  }

  /** What a frame is for. */
  public sealed interface Body {}

  /**
   * First frame of a link, and the answer to a joiner's.
   *
   * @param nonce the sender's process
   * @param store the sender's data directory
   * @param at where the sender says it is reached
   * @param purpose what for
   */
  public record Greet(long nonce, Bytes store, Endpoint at, Purpose purpose) implements Body {
    /** What a greeting is for. */
    public enum Purpose {
      /** From one that is in. */
      HELLO,
      /** Asks to be dialled back and let in. */
      JOIN,
      /** The joiner was dialled back: it may sync. */
      WELCOME
    }
  }

  /**
   * A greeting refused.
   *
   * @param why the reason
   * @param fix what the refused node's operator should do
   */
  public record Reject(Refusal why, String fix) implements Body {}

  /**
   * Are you there?
   *
   * @param seq repeated in the answer
   * @param accusation what is held against the target, {@link Told#NOTHING} if nothing
   */
  public record Ping(int seq, Told accusation) implements Body {}

  /**
   * I am here.
   *
   * @param seq of the ping
   * @param roots of all tables, so that equal nodes know it for 24 bytes
   * @param health the sender's local health multiplier
   */
  public record Ack(int seq, Sums roots, int health) implements Body {}

  /**
   * Ping somebody for me.
   *
   * @param seq repeated in the answer
   * @param target whom
   * @param at where the target is reached
   * @param timeout how long the asker waits; a nack is due at 80 % of it
   */
  public record PingReq(int seq, NodeId target, Endpoint at, Duration timeout) implements Body {}

  /**
   * The target of a {@link PingReq} answered.
   *
   * @param seq of the request
   */
  public record FwdAck(int seq) implements Body {}

  /**
   * The target of a {@link PingReq} did not answer, but I do.
   *
   * @param seq of the request
   * @param refused the target's host answered that nobody listens
   */
  public record Nack(int seq, boolean refused) implements Body {}

  /** Only news. */
  public record News() implements Body {}

  /**
   * What is held against you.
   *
   * @param told your entry, as the sender has it
   */
  public record Accused(Told told) implements Body {}

  /** The last frame of a node that leaves. */
  public record Leaving() implements Body {}
}
