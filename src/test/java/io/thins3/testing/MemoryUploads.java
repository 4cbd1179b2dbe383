package io.thins3.testing;

import io.thins3.store.ChecksumAlgorithm;
import io.thins3.store.Content;
import io.thins3.store.ObjectChecksum;
import io.thins3.store.StoreException;
import io.thins3.store.StoreException.Kind;
import io.thins3.store.UploadedPart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The multipart uploads of a {@link MemoryObjectStore}, by MinIO's rules. */
final class MemoryUploads {
  /** A part as it was sent. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Part(byte[] content, String etag, @Nullable ObjectChecksum checksum) {}

  /** An upload that is under way. */
  record Upload(
      String key,
      Map<String, String> headers,
      @Nullable ChecksumAlgorithm algorithm,
      Map<Integer, Part> parts) {}

  /** What an upload becomes. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Whole(byte[] content, String etag) {}

  private final Map<String, Upload> uploads = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();

  String begin(String key, Map<String, String> headers, @Nullable ChecksumAlgorithm algorithm) {
    String id = "upload-" + ids.incrementAndGet();
    uploads.put(id, new Upload(key, headers, algorithm, new ConcurrentHashMap<>()));
    return id;
  }

  Upload get(String key, String id) throws StoreException {
    Upload upload = uploads.get(id);
    if (upload == null || !upload.key.equals(key)) {
      throw MemoryObjectStore.failure(Kind.NO_SUCH_UPLOAD, key);
    }
    return upload;
  }

  void end(String key, String id) {
    Upload upload = uploads.get(id);
    if (upload != null && upload.key.equals(key)) {
      uploads.remove(id);
    }
  }

  List<String> ids() {
    return uploads.keySet().stream().sorted().toList();
  }

  UploadedPart add(
      Upload upload, int number, byte[] content, @Nullable ObjectChecksum checksum, boolean copied)
      throws StoreException {
    if (upload.algorithm != null
        && (copied || checksum == null || checksum.algorithm() != upload.algorithm)) {
      // "checksum missing, want CRC32C"
      throw MemoryObjectStore.failure(Kind.INVALID_REQUEST, upload.key);
    }
    UploadedPart part = new UploadedPart(number, quoted(md5(content)), checksum);
    upload.parts.put(number, new Part(content, part.etag(), checksum));
    return part;
  }

  /** Joins the parts that are listed; the upload stays. */
  static Whole join(Upload upload, List<UploadedPart> parts, @Nullable ObjectChecksum whole)
      throws StoreException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    ByteArrayOutputStream sums = new ByteArrayOutputStream();
    int last = 0;
    for (int i = 0; i < parts.size(); i++) {
      UploadedPart listed = parts.get(i);
      Part part = upload.parts.get(listed.number());
      boolean right =
          part != null
              && listed.number() > last
              && part.etag.equals(listed.etag())
              && (i == parts.size() - 1 || part.content.length >= UploadedPart.LEAST_BYTES);
      if (!right || part == null) {
        throw MemoryObjectStore.failure(Kind.INVALID_REQUEST, upload.key);
      }
      last = listed.number();
      content.writeBytes(part.content);
      sums.writeBytes(HexFormat.of().parseHex(part.etag.replace("\"", "")));
    }
    byte[] bytes = content.toByteArray();
    if (whole != null) {
      if (upload.algorithm != whole.algorithm()) {
        // MinIO compares with nonsense then.
        throw MemoryObjectStore.failure(Kind.INVALID_REQUEST, upload.key);
      }
      check(upload.key, bytes, whole);
    }
    return new Whole(bytes, quoted(md5(sums.toByteArray()) + "-" + parts.size()));
  }

  static byte[] bytes(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      content.writeTo(
          pieces -> {
            for (ByteBuffer piece : pieces) {
              byte[] some = new byte[piece.remaining()];
              piece.get(some);
              bytes.writeBytes(some);
            }
          });
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    if (bytes.size() != content.length()) {
      throw new AssertionError(bytes.size() + " bytes instead of " + content.length());
    }
    return bytes.toByteArray();
  }

  static void check(String key, byte[] content, @Nullable ObjectChecksum checksum)
      throws StoreException {
    if (checksum != null
        && !Checksums.of(checksum.algorithm(), ByteBuffer.wrap(content)).equals(checksum)) {
      throw MemoryObjectStore.failure(Kind.CORRUPT, key);
    }
  }

  static String md5(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String quoted(String text) {
    return "\"" + text + "\"";
  }
}
