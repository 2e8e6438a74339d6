package dev.meshkit.gate;

/** G31: the contract of effect stores, kept by the one in memory. */
class MemoryReplaysTest extends ReplaysContract {
  @Override
  EffectBed bed() {
    return EffectBed.memory();
  }
}
