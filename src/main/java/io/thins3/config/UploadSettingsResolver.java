package io.thins3.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes {@link UploadSettings} of the options of a mount. */
final class UploadSettingsResolver {
  private static final int KEY_BYTES = 32;

  /** More than the key in Base64 with a line end; a wrong path is not read whole. */
  private static final int MOST_BYTES = 64;

  /** Stands for the account's own key. */
  private static final String OWN_KEY = "default";

  private UploadSettingsResolver() {}

  static UploadSettings resolve(String label, OptionValues values) throws UserException {
    boolean sse = values.get(WriteOptions.SSE);
    String kms = values.find(WriteOptions.SSE_KMS);
    Path customer = values.find(WriteOptions.SSE_C);
    if ((sse ? 1 : 0) + (kms == null ? 0 : 1) + (customer == null ? 0 : 1) > 1) {
      throw new UserException(
          ExitCode.USAGE, label + ": give one of sse, sse-kms and sse-c: an object has one key");
    }
    String encryption = kms != null ? "aws:kms" : sse ? "AES256" : null;
    return new UploadSettings(
        values.find(WriteOptions.STORAGE_CLASS),
        values.find(WriteOptions.ACL),
        encryption,
        kms == null || kms.equals(OWN_KEY) ? null : kms,
        customer == null ? null : customerKey(label, customer),
        values.get(WriteOptions.REQUESTER_PAYS),
        tags(label, values.find(WriteOptions.TAGS)),
        values.get(WriteOptions.CONFLICT),
        values.get(WriteOptions.UPLOAD_CHECKSUM));
  }

  private static Secret customerKey(String label, Path file) throws UserException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    } catch (IOException e) {
      throw refused(label, file, "cannot be read");
    }
    byte[] key = bytes;
    if (bytes.length != KEY_BYTES) {
      try {
        String text = new String(bytes, StandardCharsets.ISO_8859_1).strip();
        key = Base64.getDecoder().decode(text);
      } catch (IllegalArgumentException e) {
        // Without the cause: its words quote the key.
        throw refused(label, file, "does not hold 32 bytes, or those in Base64");
      }
    }
    if (key.length != KEY_BYTES) {
      throw refused(label, file, "does not hold 32 bytes, or those in Base64");
    }
    Secret secret = Secret.of(Base64.getEncoder().encodeToString(key));
    Arrays.fill(bytes, (byte) 0);
    return secret;
  }

  private static UserException refused(String label, Path file, String why) {
    return new UserException(
        ExitCode.CREDENTIALS,
        label + ": sse-c: the file " + Shown.plain(file.toString()) + " " + why);
  }

  private static SortedMap<String, String> tags(String label, @Nullable String text)
      throws UserException {
    SortedMap<String, String> tags = new TreeMap<>();
    if (text == null) {
      return tags;
    }
    for (String tag : text.split("&", -1)) {
      int equals = tag.indexOf('=');
      if (equals < 1 || tags.put(tag.substring(0, equals), tag.substring(equals + 1)) != null) {
        throw new UserException(
            ExitCode.USAGE, label + ": tags: write name=value&name2=value2, each name once");
      }
    }
    return tags;
  }
}
