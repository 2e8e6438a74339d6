package dev.meshkit.config;

/** What a send does where there is no room for it. */
public enum OnFull {
  /** It waits for room, for a while. */
  BLOCK,
  /** It is refused at once. */
  REJECT,
  /** It takes the place of the oldest waiting tasks of its lane that have a coalesce key. */
  DROP_OLDEST
}
