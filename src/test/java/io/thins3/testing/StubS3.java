package io.thins3.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.thins3.store.ListRequest;
import io.thins3.store.ListSink;
import io.thins3.store.ObjectInfo;
import io.thins3.store.StoreException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A read-only S3 server in front of a {@link MemoryObjectStore}: for keys that real servers refuse,
 * directories that are too large to be stored for a test, and for counting requests.
 */
public final class StubS3 implements AutoCloseable {
  /** Name of the bucket. */
  public static final String BUCKET = "stub";

  private final ScriptedS3 server = ScriptedS3.start().answering(this::answer);
  private final MemoryObjectStore store = new MemoryObjectStore();

  /** What it serves. */
  public MemoryObjectStore store() {
    return store;
  }

  /** A mount of it. */
  public MountCommand mount(Path mountPoint) {
    return new MountCommand(
        server.endpoint(),
        BUCKET,
        mountPoint,
        Map.of("AWS_ACCESS_KEY_ID", "stub", "AWS_SECRET_ACCESS_KEY", "stub-secret"));
  }

  /** The endpoint's address. */
  public URI endpoint() {
    return server.endpoint();
  }

  /**
   * The requests so far, as {@code LIST prefix}, {@code HEAD key} and {@code GET key}; listings
   * without delimiter, and with more than one key, as {@code ALL prefix}.
   */
  public List<String> requests() {
    return server.requests().stream().map(StubS3::shown).toList();
  }

  private static String shown(ScriptedS3.Request request) {
    Map<String, String> query = query(request);
    if (!query.containsKey("list-type")) {
      return request.method() + " " + key(request);
    }
    boolean all = !query.containsKey("delimiter") && !"1".equals(query.get("max-keys"));
    return (all ? "ALL " : "LIST ") + query.getOrDefault("prefix", "");
  }

  private static String key(ScriptedS3.Request request) {
    String path = request.target().replaceAll("\\?.*", "");
    String key = path.substring(Math.min(path.length(), BUCKET.length() + 2));
    return decoded(key);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
  }

  private static Map<String, String> query(ScriptedS3.Request request) {
    Map<String, String> query = new HashMap<>();
    int mark = request.target().indexOf('?');
    if (mark >= 0) {
      for (String one : request.target().substring(mark + 1).split("&", -1)) {
        int equals = one.indexOf('=');
        query.put(
            equals < 0 ? one : one.substring(0, equals),
            equals < 0 ? "" : decoded(one.substring(equals + 1)));
      }
    }
    return query;
  }

  private ScriptedS3.Answer answer(ScriptedS3.Request request) {
    try {
      Map<String, String> query = query(request);
      return query.containsKey("list-type") ? list(query) : object(request);
    } catch (StoreException e) {
      return ScriptedS3.error(500, "InternalError", String.valueOf(e.getMessage()));
    }
  }

  private ScriptedS3.Answer list(Map<String, String> query) throws StoreException {
    String prefix = query.getOrDefault("prefix", "");
    String token = query.get("continuation-token"); // as it was handed out: encoded
    int most = Integer.parseInt(query.getOrDefault("max-keys", "1000"));
    ListRequest request =
        new ListRequest(
            prefix,
            query.get("delimiter"),
            query.get("start-after"),
            token == null ? null : URLDecoder.decode(token, UTF_8),
            most);
    List<String> contents = new ArrayList<>();
    List<String> prefixes = new ArrayList<>();
    String next =
        store.list(
            request,
            new ListSink() {
              @Override
              public void object(String key, long size, String etag, long modifiedSeconds) {
                contents.add(
                    "<Contents><Key>%s</Key><LastModified>%s</LastModified><ETag>%s</ETag><Size>%d</Size></Contents>"
                        .formatted(
                            encoded(key),
                            Instant.ofEpochSecond(modifiedSeconds),
                            etag.replace("\"", "&quot;"),
                            size));
              }

              @Override
              public void prefix(String common) {
                prefixes.add(
                    "<CommonPrefixes><Prefix>%s</Prefix></CommonPrefixes>"
                        .formatted(encoded(common)));
              }
            });
    return ScriptedS3.listing(
        "<EncodingType>url</EncodingType><IsTruncated>"
            + (next != null)
            + "</IsTruncated>"
            + (next == null
                ? ""
                : "<NextContinuationToken>" + encoded(next) + "</NextContinuationToken>")
            + String.join("", contents)
            + String.join("", prefixes));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private ScriptedS3.Answer object(ScriptedS3.Request request) throws StoreException {
    String key = key(request);
    Optional<ObjectInfo> found = store.head(key);
    if (found.isEmpty()) {
      return ScriptedS3.error(404, "NoSuchKey", "no such key");
    }
    ObjectInfo info = found.get();
    String ifMatch = header(request, "If-match");
    if (ifMatch != null && !ifMatch.equals(info.etag())) {
      return ScriptedS3.error(412, "PreconditionFailed", "another version");
    }
    byte[] content = store.content(key);
    Map<String, String> headers =
        Map.of(
            "ETag",
            info.etag(),
            "Last-Modified",
            DateTimeFormatter.RFC_1123_DATE_TIME.format(
                info.lastModified().atOffset(ZoneOffset.UTC)));
    if (request.method().equals("HEAD")) {
      Map<String, String> more = new HashMap<>(headers);
      more.put("Content-Length", String.valueOf(content.length));
      return ScriptedS3.answer(200, more, new byte[0]);
    }
    String range = header(request, "Range");
    if (range == null) {
      return ScriptedS3.answer(200, headers, content);
    }
    String[] bounds = range.substring("bytes=".length()).split("-", -1);
    int first = Integer.parseInt(bounds[0]);
    int last = (int) Math.min(content.length - 1L, Long.parseLong(bounds[1]));
    if (first > last) {
      return ScriptedS3.error(416, "InvalidRange", "no such range");
    }
    return ScriptedS3.range(
        info.etag(), first, content.length, java.util.Arrays.copyOfRange(content, first, last + 1));
  }

  private static @Nullable String header(ScriptedS3.Request request, String name) {
    return request.headers().entrySet().stream()
        .filter(one -> one.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  @Override
  public void close() {
    server.close();
  }
}
