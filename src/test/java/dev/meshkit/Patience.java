package dev.meshkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How long tests wait for what must come: so long that only its never coming fails one, however
 * busy the machine is. Registered for every test class; what comes sooner costs nothing.
 */
public final class Patience implements BeforeAllCallback {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(LIMIT);
  }
}
