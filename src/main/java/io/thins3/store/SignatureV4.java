package io.thins3.store;

import io.thins3.store.http.Headers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * Signature V4 for S3, in the header Authorization. Thread-safe.
 *
 * <p>The body is not part of the signature (UNSIGNED-PAYLOAD). The SDK hashes or chunk-signs every
 * body that goes over plain http, at a CPU second and more for each GiB; checksums of parts say the
 * same about a body, and are cheaper. The key of a day is derived once.
 */
final class SignatureV4 {
  static final String UNSIGNED = "UNSIGNED-PAYLOAD";

  /** SHA-256 of no bytes. */
  static final String EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int DAY_LENGTH = 8;

  /** What a key was derived from, and the key. Equality is of no use and is not asked for. */
  private static final class DayKey {
    final String secret;
    final String region;
    final String day;
    final SecretKeySpec key;

    DayKey(String secret, String region, String day) throws GeneralSecurityException {
      this.secret = secret;
      this.region = region;
      this.day = day;
      byte[] start = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
      byte[] derived = start;
      for (String part : new String[] {day, region, "s3", "aws4_request"}) {
        derived = hmac(key(derived), part);
      }
      this.key = key(derived);
    }

    boolean isFor(String otherSecret, String otherRegion, String otherDay) {
      return day.equals(otherDay) && region.equals(otherRegion) && secret.equals(otherSecret);
    }
  }

  private volatile @Nullable DayKey last;

  /**
   * Adds what authorizes a request to its headers.
   *
   * @param path encoded as it is sent
   * @param query the same, its parameters in their order by name
   * @param host the value of the header Host
   * @param headers all others; Range, If-… and Content-Type, Content-MD5 and x-amz-… are signed
   * @param payload {@link #UNSIGNED}, or {@link #EMPTY} for a request without body
   */
  void sign(
      AwsCredentialsIdentity credentials,
      String region,
      Instant now,
      String method,
      String path,
      String query,
      String host,
      Headers headers,
      String payload) {
    String time = TIME.format(now);
    headers.add("x-amz-content-sha256", payload).add("x-amz-date", time);
    if (credentials instanceof AwsSessionCredentialsIdentity session) {
      headers.add("x-amz-security-token", session.sessionToken());
    }
    Map<String, String> signed = new TreeMap<>();
    signed.put("host", host);
    headers.forEach(
        (name, value) -> {
          String small = name.toLowerCase(Locale.ROOT);
          if (isSigned(small)) {
            signed.merge(small, canonical(value), (one, other) -> one + "," + other);
          }
        });
    String names = String.join(";", signed.keySet());
    StringBuilder request = new StringBuilder(512);
    request.append(method).append('\n').append(path).append('\n').append(query).append('\n');
    signed.forEach((name, value) -> request.append(name).append(':').append(value).append('\n'));
    request.append('\n').append(names).append('\n').append(payload);
    String day = time.substring(0, DAY_LENGTH);
    String scope = day + "/" + region + "/s3/aws4_request";
    try {
      String hash =
          hex(
              MessageDigest.getInstance("SHA-256")
                  .digest(request.toString().getBytes(StandardCharsets.UTF_8)));
      String signature =
          hex(
              hmac(
                  dayKey(credentials.secretAccessKey(), region, day),
                  ALGORITHM + "\n" + time + "\n" + scope + "\n" + hash));
      headers.add(
          "Authorization",
          ALGORITHM
              + " Credential="
              + credentials.accessKeyId()
              + "/"
              + scope
              + ", SignedHeaders="
              + names
              + ", Signature="
              + signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks HMAC-SHA-256", e);
    }
  }

  /** What a proxy may change or add is not signed. */
  private static boolean isSigned(String name) {
    return name.startsWith("x-amz-")
        || name.startsWith("if-")
        || name.equals("range")
        || name.equals("content-type")
        || name.equals("content-md5");
  }

  private static String canonical(String value) {
    String trimmed = value.strip();
    return trimmed.contains("  ") ? trimmed.replaceAll(" +", " ") : trimmed;
  }

  private SecretKeySpec dayKey(String secret, String region, String day)
      throws GeneralSecurityException {
    DayKey cached = last;
    if (cached == null || !cached.isFor(secret, region, day)) {
      cached = new DayKey(secret, region, day);
      last = cached;
    }
    return cached.key;
  }

  private static SecretKeySpec key(byte[] bytes) {
    return new SecretKeySpec(bytes, "HmacSHA256");
  }

  private static byte[] hmac(SecretKeySpec key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(key);
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
