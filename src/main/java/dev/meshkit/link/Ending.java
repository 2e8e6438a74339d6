package dev.meshkit.link;

/** Why one direction of a stream ended; the first to end ends the stream. */
enum Ending {
  /** We closed it, and all that waited was sent. */
  DRAINED,
  /** The far side ended it, or the road did. */
  ENDED,
  /** Nothing came for too long. */
  SILENT,
  /** Reader or writer threw: a bug of ours. */
  FAILED
}
