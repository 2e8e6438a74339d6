package dev.meshkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What a row keeps as text. */
class TextTest {
  /** Q31: a file is read alike wherever it was written. */
  @Test
  void theHistoryOfErrorsIsTheSameInEveryLanguage() {
    var history = List.of(new AttemptError(12, Instant.ofEpochMilli(34), "error.x", "why\tnot"));
    var here = Locale.getDefault();
    var plain = Text.errors(history);
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertEquals(plain, Text.errors(history));
      assertEquals(history, Text.errors(Text.errors(history)));
    } finally {
      Locale.setDefault(here);
    }
  }
}
