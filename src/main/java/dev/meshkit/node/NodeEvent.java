package dev.meshkit.node;

import java.util.Map;
import java.util.function.Consumer;

/**
 * Something this node saw that an operator may ask about later: a row of the event history.
 *
 * <p>Whoever sees it hands it to a {@link Sink}; the history stamps the wall time and never makes
 * the giver wait.
 *
 * @param type dotted, such as {@code member.died} or {@code leader.elected}
 * @param severity how urgent
 * @param scope the election scope concerned, empty for none
 * @param term the election term concerned, 0 for none
 * @param subject whom or what it is about, such as a node's name; empty for none
 * @param cause why, as a word; empty for none
 * @param code the error code, empty for none
 * @param text one sentence for people
 * @param data more facts by name; never bodies or secrets
 */
public record NodeEvent(
    String type,
    Severity severity,
    String scope,
    long term,
    String subject,
    String cause,
    String code,
    String text,
    Map<String, String> data) {
  /** How urgent an event is. */
  public enum Severity {
    /** Worth knowing. */
    INFO(0),
    /** Somebody should look. */
    WARN(1),
    /** Somebody must act. */
    ERROR(2);

    private final int number;

    Severity(int number) {
      this.number = number;
    }

    /** The number in the file. */
    int number() {
      return number;
    }

    /** The severity of a number in the file. */
    static Severity of(int number) {
      return switch (number) {
        case 0 -> INFO;
        case 1 -> WARN;
        default -> ERROR;
      };
    }
  }

  /** Where events go; must return at once. */
  @FunctionalInterface
  public interface Sink extends Consumer<NodeEvent> {}

  /** Copies the data. */
  public NodeEvent {
    data = Map.copyOf(data);
  }

  /** An event of severity INFO about a subject. */
  public static NodeEvent info(String type, String subject, String text) {
    return new NodeEvent(type, Severity.INFO, "", 0, subject, "", "", text, Map.of());
  }

  /** An event of severity WARN about a subject. */
  public static NodeEvent warn(String type, String subject, String text) {
    return new NodeEvent(type, Severity.WARN, "", 0, subject, "", "", text, Map.of());
  }

  /** An event of severity ERROR about a subject. */
  public static NodeEvent error(String type, String subject, String text) {
    return new NodeEvent(type, Severity.ERROR, "", 0, subject, "", "", text, Map.of());
  }

  /** This event of a scope's term. */
  public NodeEvent of(String scope, long term) {
    return new NodeEvent(type, severity, scope, term, subject, cause, code, text, data);
  }

  /** This event with its cause. */
  public NodeEvent because(String cause) {
    return new NodeEvent(type, severity, scope, term, subject, cause, code, text, data);
  }

  /** This event with an error code. */
  public NodeEvent coded(String code) {
    return new NodeEvent(type, severity, scope, term, subject, cause, code, text, data);
  }

  /** This event with these facts. */
  public NodeEvent with(Map<String, String> facts) {
    return new NodeEvent(type, severity, scope, term, subject, cause, code, text, facts);
  }
}
