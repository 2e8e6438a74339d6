package dev.meshkit.gate;

/** G31: the contract of effect stores, kept by the one in memory. */
class MemoryLostCallsTest extends LostCallsContract {
  @Override
  EffectBed bed() {
    return EffectBed.memory();
  }
}
