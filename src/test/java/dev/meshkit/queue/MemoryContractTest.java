package dev.meshkit.queue;

/** Q41 The queue in memory keeps the contract. */
class MemoryContractTest
    implements LeaseContract,
        LaneContract,
        FlowContract,
        OrderContract,
        BoundsContract,
        RoomContract,
        PoisonContract,
        DoorContract,
        ClosedDoorsContract {
  @Override
  public Bed open(QueueOptions options) {
    return Bed.memory(options);
  }
}
