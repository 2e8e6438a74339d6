package dev.meshkit.cli;

import com.google.protobuf.ByteString;
import dev.meshkit.api.MeshError;
import dev.meshkit.api.MeshException;
import dev.meshkit.api.Message;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What a message carries, as options of the verbs that send one. */
final class Payload {
  private final String verb;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "Which handler it is for; default: message.")
  private String kind = "message";

  @Option(
      names = {"-d", "--body"},
      required = true,
      paramLabel = "TEXT|@FILE|-",
      description = "The body: a text, a file's content, or standard input; at most 1 MiB.")
  private String text = "";

  /** Of a verb, which its errors name. */
  Payload(String verb) {
    this.verb = verb;
  }

  /** Which handler it is for. */
  String kind() {
    return kind;
  }

  /** The body, read from where the option says. */
  ByteString body(Console console) {
    return ByteString.copyFrom(bytes(console));
  }

  private byte[] bytes(Console console) {
    try {
      if (text.equals("-")) return limited(console.in());
      if (!text.startsWith("@")) return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      var file = console.directory().resolve(Path.of(text.substring(1)));
      try (var in = Files.newInputStream(file)) {
        return limited(in);
      }
    } catch (IOException unreadable) {
      throw new MeshException(unread(unreadable));
    }
  }

  private MeshError unread(IOException failure) {
    var why =
        switch (failure) {
          case NoSuchFileException _ -> "there is no such file";
          case AccessDeniedException _ -> "this user may not read it";
          default -> String.valueOf(failure.getMessage());
        };
    var what = text.equals("-") ? "standard input" : text.substring(1);
    return Ask.usage(verb + ": reading " + what, why, "name a file, or quote a text without its @");
  }

  private byte[] limited(InputStream in) throws IOException {
    var read = in.readNBytes(Message.MAX_BODY_BYTES + 1);
    if (read.length <= Message.MAX_BODY_BYTES) return read;
    throw new MeshException(
        Ask.usage(
            verb, "the body is larger than 1 MiB", "split it, or send where it can be fetched"));
  }
}
