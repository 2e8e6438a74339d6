package dev.meshkit.config;

/** What a send does where there is no room for it. */
public enum OnFull {
  /** It waits for room, for a while. */
  BLOCK,
  /** It is refused at once. */
  REJECT,
  /** The oldest of class STATE that wait in its lane, of whatever key, are dropped for it. */
  DROP_OLDEST
}
