package dev.meshkit.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import java.io.PrintStream;
import java.util.List;

/** Answers as JSON: zeros written out, 64-bit integers as strings. */
final class Json {
  private static final JsonFormat.Printer PRETTY =
      JsonFormat.printer().alwaysPrintFieldsWithNoPresence();
  private static final JsonFormat.Printer LINE = PRETTY.omittingInsignificantWhitespace();

  private Json() {}

  /** The message over several lines. */
  static String pretty(MessageOrBuilder message) {
    return print(PRETTY, message);
  }

  /** The message in one line. */
  static String line(MessageOrBuilder message) {
    return print(LINE, message);
  }

  /** An item a line; an answer without items is one line itself. */
  static void lines(Message answer, PrintStream out) {
    var items = answer.getDescriptorForType().findFieldByName("items");
    if (items == null) {
      out.println(line(answer));
      return;
    }
    for (var item : (List<?>) answer.getField(items)) out.println(line((Message) item));
  }

  private static String print(JsonFormat.Printer printer, MessageOrBuilder message) {
    try {
      return printer.print(message);
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException("our own messages print", impossible);
    }
  }
}
