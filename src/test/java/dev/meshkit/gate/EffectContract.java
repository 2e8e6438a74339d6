package dev.meshkit.gate;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What an effect store promises, kept by each that there is: a contract's tests get one to try. */
abstract class EffectContract {
  EffectBed bed;

  /** A new one, with nothing in it. */
  abstract EffectBed bed() throws InterruptedException;

  @BeforeEach
  void open() throws InterruptedException {
    bed = bed();
  }

  @AfterEach
  void close() throws InterruptedException {
    bed.close();
  }
}
