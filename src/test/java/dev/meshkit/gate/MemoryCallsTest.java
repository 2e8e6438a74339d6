package dev.meshkit.gate;

/** G31: the contract of effect stores, kept by the one in memory. */
class MemoryCallsTest extends CallsContract {
  @Override
  EffectBed bed() {
    return EffectBed.memory();
  }
}
