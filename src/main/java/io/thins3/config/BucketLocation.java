package io.thins3.config;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A bucket as users name it: {@code bucket}, {@code bucket:prefix}, {@code s3://bucket/prefix} and
 * its relatives, {@code http://server/bucket/prefix}, or an ARN. A prefix means the same with and
 * without a slash at its end, and is taken as it stands: nothing in it is decoded. Immutable.
 *
 * @param bucket name of the bucket, or the whole ARN of an access point
 * @param prefix "" or a prefix that ends in "/"
 * @param endpoint the server, if the text names one
 * @param region the region, if the text names one
 * @param scheme the text's scheme in lower case; "" when it has none
 */
public record BucketLocation(
    String bucket, String prefix, @Nullable URI endpoint, @Nullable String region, String scheme) {
  private static final List<String> BUCKET_SCHEMES = List.of("s3", "s3a", "minio", "oss");

  /** Lenient: older buckets have capitals and underscores, and servers have rules of their own. */
  private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,254}");

  private static final Pattern BUCKET_ARN =
      Pattern.compile("arn:[a-z0-9-]+:s3:::([^/:]*)(?:[/:](.*))?", Pattern.DOTALL);

  /** Access points, also of Object Lambda, Outposts and several regions. */
  private static final Pattern ACCESS_POINT_ARN =
      Pattern.compile(
          "(arn:[a-z0-9-]+:s3(?:-object-lambda|-outposts)?:([a-z0-9-]*):[0-9]{12}:"
              + "(?:outpost[/:][A-Za-z0-9-]+[/:])?accesspoint[/:][A-Za-z0-9.-]+)(?:/(.*))?",
          Pattern.DOTALL);

  private static final int LONGEST_KEY = 1024;

  /** Reads a location that names its bucket. */
  public static BucketLocation parse(String text) throws IllegalValueException {
    return parse(text, null);
  }

  /**
   * Reads a location.
   *
   * @param givenBucket the bucket, when an {@code http://} location is only the server's address
   */
  public static BucketLocation parse(String text, @Nullable String givenBucket)
      throws IllegalValueException {
    if (text.isBlank()) {
      throw new IllegalValueException("the bucket is empty; write BUCKET or BUCKET:PREFIX");
    }
    if (text.startsWith("arn:")) {
      return ofArn(text, true, "");
    }
    int colon = text.indexOf("://");
    if (colon < 0) {
      int end = firstOf(text, ":/");
      String rest = end < text.length() ? text.substring(end + 1) : "";
      return of(text, text.substring(0, end), rest, null, "");
    }
    String scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
    String rest = text.substring(colon + 3);
    if (BUCKET_SCHEMES.contains(scheme)) {
      if (rest.startsWith("arn:")) {
        return ofArn(rest, false, scheme);
      }
      int end = firstOf(rest, "/");
      return of(text, rest.substring(0, end), rest.substring(end), null, scheme);
    }
    if (scheme.equals("http") || scheme.equals("https")) {
      return ofServer(text, scheme, rest, givenBucket);
    }
    if (scheme.equals("pvc")) {
      throw new IllegalValueException(
          Shown.quoted(text)
              + ": volumes (pvc://) cannot be served, only buckets; write s3://BUCKET[/PREFIX]");
    }
    throw new IllegalValueException(
        Shown.quoted(text)
            + ": the scheme "
            + Shown.quoted(scheme)
            + " is not known; write s3://, s3a://, minio:// or oss://BUCKET[/PREFIX]");
  }

  private static BucketLocation ofServer(
      String text, String scheme, String rest, @Nullable String givenBucket)
      throws IllegalValueException {
    int end = firstOf(rest, "/");
    URI endpoint = ValueTypes.ENDPOINT.parse(scheme + "://" + rest.substring(0, end));
    String path = withoutSlashes(rest.substring(end));
    if (givenBucket != null) {
      return of(text, givenBucket, path, endpoint, scheme);
    }
    if (path.isEmpty()) {
      throw new IllegalValueException(
          Shown.quoted(text)
              + " names a server but no bucket; add the option bucket, or write "
              + Shown.plain(endpoint.toString())
              + "/BUCKET[/PREFIX]");
    }
    int slash = firstOf(path, "/");
    return of(text, path.substring(0, slash), path.substring(slash), endpoint, scheme);
  }

  private static BucketLocation ofArn(String text, boolean alone, String scheme)
      throws IllegalValueException {
    Matcher bucket = BUCKET_ARN.matcher(text);
    if (bucket.matches()) {
      String rest = bucket.group(2);
      return of(text, bucket.group(1), rest == null ? "" : rest, null, scheme);
    }
    Matcher accessPoint = ACCESS_POINT_ARN.matcher(text);
    if (!accessPoint.matches()) {
      throw new IllegalValueException(
          Shown.quoted(text)
              + " is neither the ARN of a bucket (arn:aws:s3:::BUCKET[/PREFIX]) nor of an access"
              + " point (arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME)");
    }
    String rest = accessPoint.group(3) == null ? "" : accessPoint.group(3);
    // An ARN alone names objects as "accesspoint/NAME/object/KEY", s3://ARN/KEY does not.
    if (alone && (rest.equals("object") || rest.startsWith("object/"))) {
      rest = rest.substring("object".length());
    }
    String region = accessPoint.group(2).isEmpty() ? null : accessPoint.group(2);
    return new BucketLocation(
        accessPoint.group(1), checkedPrefix(text, rest), null, region, scheme);
  }

  private static BucketLocation of(
      String text, String bucket, String prefix, @Nullable URI endpoint, String scheme)
      throws IllegalValueException {
    if (!BUCKET.matcher(bucket).matches()) {
      String hint =
          bucket.indexOf(':') >= 0 || bucket.indexOf('@') >= 0
              ? "; a server's address goes into the option endpoint"
              : "; it has letters, digits, '.', '-' and '_'";
      throw new IllegalValueException(
          Shown.quoted(text) + ": " + Shown.quoted(bucket) + " is not a bucket's name" + hint);
    }
    return new BucketLocation(bucket, checkedPrefix(text, prefix), endpoint, null, scheme);
  }

  private static String checkedPrefix(String text, String prefix) throws IllegalValueException {
    String trimmed = withoutSlashes(prefix);
    if (trimmed.isEmpty()) {
      return "";
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(trimmed) || trimmed.indexOf('\0') >= 0) {
      throw new IllegalValueException(Shown.quoted(text) + ": the prefix is not valid text");
    }
    if (Arrays.stream(trimmed.split("/", -1)).anyMatch(c -> c.equals(".") || c.equals(".."))) {
      throw new IllegalValueException(
          Shown.quoted(text) + ": the prefix must not have '.' or '..' as a component");
    }
    String whole = trimmed + "/";
    if (whole.getBytes(StandardCharsets.UTF_8).length > LONGEST_KEY) {
      throw new IllegalValueException(
          Shown.quoted(text) + ": the prefix is longer than a key can be (1024 bytes)");
    }
    return whole;
  }

  private static String withoutSlashes(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && text.charAt(from) == '/') {
      from++;
    }
    while (to > from && text.charAt(to - 1) == '/') {
      to--;
    }
    return text.substring(from, to);
  }

  private static int firstOf(String text, String stops) {
    int i = 0;
    while (i < text.length() && stops.indexOf(text.charAt(i)) < 0) {
      i++;
    }
    return i;
  }
}
