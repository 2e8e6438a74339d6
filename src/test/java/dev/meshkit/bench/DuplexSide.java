package dev.meshkit.bench;

import java.util.concurrent.atomic.LongAdder;

/** A hub and its peers, each with one stream to it, over one of the two transports. */
abstract class DuplexSide implements AutoCloseable {
  /** How many frames have arrived at the hub. */
  final LongAdder arrived = new LongAdder();

  /** A peer's end of its stream. */
  interface Line {
    /** Sends a frame; blocks while the hub does not keep up. */
    void send() throws InterruptedException;
  }

  /** Opens one more peer's stream. */
  abstract Line open() throws Exception;

  @Override
  public abstract void close() throws InterruptedException;
}
