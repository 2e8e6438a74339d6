/** A program of somebody else's that embeds MeshKit. */
module sample {
  requires dev.meshkit;
}
