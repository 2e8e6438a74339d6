package dev.meshkit.runtime;

import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.regex.Pattern;

/** Why a file could not be used, in words: most exceptions of the file system say a path only. */
public final class FileTrouble {
  /** What a cause's own text begins with when its wrapper quotes it. */
  private static final Pattern CLASS_NAME =
      Pattern.compile("\\b(?:[a-z]\\w*\\.)+[A-Z]\\w*(?:Exception|Error)(?:: |$)");

  private FileTrouble() {}

  /** One line for people, without the name of a class. */
  public static String why(Throwable failure) {
    var said = said(failure);
    return switch (failure) {
      case NoSuchFileException _ -> said + " does not exist";
      case AccessDeniedException _ -> said + " may not be read or written by this process";
      case FileAlreadyExistsException _ -> said + " exists, and is something else";
      case NotDirectoryException _ -> said + " is no directory";
      case DirectoryNotEmptyException _ -> said + " is a directory, and not empty";
      case CharacterCodingException _ -> "it holds bytes that are no text";
      case FileSystemException refused when refused.getReason() == null -> said + " cannot be used";
      default -> said;
    };
  }

  private static String said(Throwable failure) {
    var message = failure.getMessage();
    var said = message == null ? "" : CLASS_NAME.matcher(message).replaceAll("").strip();
    return said.isEmpty() ? "no reason was given" : said;
  }
}
