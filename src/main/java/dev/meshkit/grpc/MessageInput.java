package dev.meshkit.grpc;

import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;

/** A whole message to read, which knows its length, so that a parser need not guess. */
final class MessageInput extends ByteArrayInputStream implements KnownLength {
  MessageInput(byte[] message) {
    super(message);
  }
}
