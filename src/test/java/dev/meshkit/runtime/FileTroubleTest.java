package dev.meshkit.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.security.InvalidKeyException;
import java.security.spec.InvalidKeySpecException;
import org.junit.jupiter.api.Test;

/** O10: a person reads why, not the name of a class or a bare path. */
class FileTroubleTest {
  @Test
  void aPathAloneBecomesASentence() {
    assertEquals("/a does not exist", FileTrouble.why(new NoSuchFileException("/a")));
    assertEquals(
        "/a may not be read or written by this process",
        FileTrouble.why(new AccessDeniedException("/a")));
    assertEquals(
        "/a exists, and is something else", FileTrouble.why(new FileAlreadyExistsException("/a")));
    assertEquals(
        "/a is a directory, and not empty", FileTrouble.why(new DirectoryNotEmptyException("/a")));
    assertEquals("/a cannot be used", FileTrouble.why(new FileSystemException("/a")));
    assertEquals(
        "/a: Is a directory",
        FileTrouble.why(new FileSystemException("/a", null, "Is a directory")));
  }

  @Test
  void namesOfClassesAreLeftOut() {
    var wrapped = new InvalidKeySpecException(new InvalidKeyException("Unable to decode key"));
    assertEquals("Unable to decode key", FileTrouble.why(wrapped));
    assertEquals(
        "cannot parse: empty",
        FileTrouble.why(new IOException("cannot parse: java.io.IOException: empty")));
    assertEquals(
        "it holds bytes that are no text", FileTrouble.why(new MalformedInputException(1)));
  }

  @Test
  void withoutAMessageItSaysSo() {
    assertEquals("no reason was given", FileTrouble.why(new IOException()));
    assertEquals("no reason was given", FileTrouble.why(new IOException(new IOException())));
  }
}
