package dev.meshkit.queue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What a class logs while this is open. Thread-safe. */
final class Said implements AutoCloseable {
  private final Logger logger;
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private final List<ILoggingEvent> lines = Collections.synchronizedList(new ArrayList<>());

  private Said(Class<?> type) {
    this.logger = (Logger) LoggerFactory.getLogger(type.getName());
    appender.list = lines;
    appender.start();
    logger.addAppender(appender);
  }

  static Said by(Class<?> type) {
    return new Said(type);
  }

  /** How many lines so far have this text. */
  long count(String text) {
    synchronized (lines) {
      return lines.stream().filter(line -> line.getFormattedMessage().contains(text)).count();
    }
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
  }
}
