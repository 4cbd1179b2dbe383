package io.thins3.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a refused request meets its own success: its first answer was lost, it was sent
 * again, and what it was to make is there already. Then the object is the one that was sent. An
 * object of the same bytes and metadata that another client has made in the same moment cannot be
 * told from it; whoever needs that puts something of its own into it.
 */
final class LostAnswers {
  private final ObjectStore store;

  LostAnswers(ObjectStore store) {
    this.store = store;
  }

  /** The object that a PUT made, or null when it is another's. */
  @Nullable StoredObject findPut(String key, Content content, Map<String, String> headers)
      throws StoreException {
    ObjectDetails details = store.details(key).orElse(null);
    if (details == null || details.info().size() != content.length()) {
      return null;
    }
    Map<String, String> metadata = new TreeMap<>();
    headers.forEach(
        (name, value) -> {
          if (name.startsWith(ObjectDetails.META)) {
            metadata.put(name.substring(ObjectDetails.META.length()), value);
          }
        });
    if (!details.userMetadata().equals(metadata)) {
      return null;
    }
    ObjectChecksum sent = content.checksum();
    ObjectChecksum found = details.checksum();
    boolean ours;
    if (sent != null && found != null && sent.algorithm() == found.algorithm()) {
      ours = sent.equals(found);
    } else {
      // The ETag of what was put in one piece is its MD5, unless it is encrypted by a key: then it
      // stays unknown whose it is, and the refusal stands.
      ours = details.info().etag().equals("\"" + md5(content) + "\"");
    }
    return ours ? stored(details) : null;
  }

  /** The object that an upload's end made, or null when it is another's. */
  @Nullable StoredObject findCompleted(
      String key, List<UploadedPart> parts, @Nullable ObjectChecksum checksum)
      throws StoreException {
    ObjectDetails details = store.details(key).orElse(null);
    if (details == null) {
      return null;
    }
    boolean ours =
        details.info().etag().equals(etag(parts))
            || (checksum != null && checksum.equals(details.checksum()));
    return ours ? stored(details) : null;
  }

  /** The MD5 of the parts' MD5s, and how many they are; null where the parts' ETags are none. */
  static @Nullable String etag(List<UploadedPart> parts) {
    MessageDigest digest = digest();
    for (UploadedPart part : parts) {
      String hex = part.etag().replace("\"", "");
      if (!hex.matches("[0-9a-f]{32}")) {
        return null;
      }
      digest.update(HexFormat.of().parseHex(hex));
    }
    return "\"" + HexFormat.of().formatHex(digest.digest()) + "-" + parts.size() + "\"";
  }

  private static String md5(Content content) {
    MessageDigest digest = digest();
    try {
      content.writeTo(
          pieces -> {
            for (ByteBuffer piece : pieces) {
              digest.update(piece);
            }
          });
    } catch (IOException e) {
      return ""; // nothing to compare with: the refusal stands
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime lacks MD5", e);
    }
  }

  private static StoredObject stored(ObjectDetails details) {
    return new StoredObject(details.info().etag(), details.info().lastModified());
  }
}
