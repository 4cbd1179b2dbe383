package io.thins3.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Files that hold one value, as Kubernetes mounts secrets. Line ends behind the value are cut off:
 * editors and {@code stringData: |} add them.
 */
public final class SecretFile {
  /** Far above any key or token; it only keeps a wrong path from filling the memory. */
  private static final int LARGEST = 64 * 1024;

  private SecretFile() {}

  /**
   * Reads the value.
   *
   * @param label the option that names the file, for the message
   * @throws UserException if the file is missing, cannot be read, or holds nothing
   */
  public static Secret read(String label, Path file) throws UserException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(LARGEST + 1);
    } catch (NoSuchFileException e) {
      throw refused(label, file, "does not exist; does the Secret have this key?");
    } catch (AccessDeniedException e) {
      throw refused(label, file, "cannot be read: permission denied");
    } catch (IOException e) {
      throw refused(
          label,
          file,
          Files.isDirectory(file) ? "is a directory; name a file in it" : "cannot be read");
    }
    if (bytes.length > LARGEST) {
      throw refused(label, file, "is larger than " + LARGEST + " bytes: not a secret's file");
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw refused(label, file, "is not UTF-8 text");
    }
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    if (end == 0) {
      throw refused(label, file, "is empty");
    }
    return Secret.of(text.substring(0, end));
  }

  private static UserException refused(String label, Path file, String why) {
    return new UserException(
        ExitCode.CREDENTIALS, label + ": the file " + Shown.plain(file.toString()) + " " + why);
  }
}
