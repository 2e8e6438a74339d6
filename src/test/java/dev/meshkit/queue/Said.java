package dev.meshkit.queue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.slf4j.LoggerFactory;

/** What a class logs while this is open. Thread-safe. */
final class Said implements AutoCloseable {
  private final Logger logger;
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>(); // guarded by itself

  private Said(Class<?> type) {
    this.logger = (Logger) LoggerFactory.getLogger(type.getName());
    lines.list = java.util.Collections.synchronizedList(lines.list);
    lines.start();
    logger.addAppender(lines);
  }

  static Said by(Class<?> type) {
    return new Said(type);
  }

  /** How many lines so far have this text. */
  long count(String text) {
    synchronized (lines.list) {
      return lines.list.stream().filter(line -> line.getFormattedMessage().contains(text)).count();
    }
  }

  @Override
  public void close() {
    logger.detachAppender(lines);
  }
}
