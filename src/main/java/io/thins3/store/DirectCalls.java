package io.thins3.store;

import io.thins3.store.ListingParser.NotAListingException;
import io.thins3.store.StoreException.Kind;
import io.thins3.store.http.Headers;
import io.thins3.store.http.HttpResponse;
import io.thins3.store.http.RequestBody;
import io.thins3.store.http.ResponseBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/** Signed and sent by our own code, on our own HTTP client. */
final class DirectCalls implements BucketCalls {
  private final BucketAccess access;
  private final ListingParser listings = new ListingParser();

  DirectCalls(BucketAccess access) {
    this.access = access;
  }

  @Override
  public HeadAnswer head(String key) throws StoreException {
    return access.direct(
        S3Operation.HEAD,
        key,
        (requests, atMost) -> {
          HttpResponse response =
              requests.send("HEAD", key, "", new Headers(), RequestBody.none(), atMost);
          response.body().close();
          return new HeadAnswer(
              key,
              DirectRequests.number(response.headers().first("Content-Length")),
              response.headers().first("ETag"),
              DirectRequests.time(response.headers().first("Last-Modified")));
        });
  }

  @Override
  public ListAnswer list(ListRequest request, boolean older) throws StoreException {
    String query = query(request, older);
    return access.direct(
        S3Operation.LIST,
        request.prefix(),
        (requests, atMost) -> {
          HttpResponse response =
              requests.send("GET", "", query, new Headers(), RequestBody.none(), atMost);
          try (ResponseBody body = response.body()) {
            // A listing is worth nothing before its end, and nobody else looks at the clock.
            body.endWithCall();
            return listings.parse(body.asStream());
          } catch (NotAListingException e) {
            throw access
                .errors()
                .failure(
                    Kind.BAD_RESPONSE,
                    S3Operation.LIST,
                    request.prefix(),
                    "the answer is not a listing",
                    e);
          }
        });
  }

  /** The parameters in the order of their names, as the signature wants them. */
  private static String query(ListRequest request, boolean older) {
    StringBuilder query = new StringBuilder();
    if (!older && request.continuationToken() != null) {
      query.append("continuation-token=").append(encoded(request.continuationToken())).append('&');
    }
    if (request.delimiter() != null) {
      query.append("delimiter=").append(encoded(request.delimiter())).append('&');
    }
    query.append("encoding-type=url");
    if (!older) {
      query.append("&list-type=2");
    } else if (request.marker() != null) {
      query.append("&marker=").append(encoded(request.marker()));
    }
    query.append("&max-keys=").append(request.maxKeys());
    if (!request.prefix().isEmpty()) {
      query.append("&prefix=").append(encoded(request.prefix()));
    }
    if (!older && request.startAfter() != null) {
      query.append("&start-after=").append(encoded(request.startAfter()));
    }
    return query.toString();
  }

  static String encoded(String text) {
    return SdkHttpUtils.urlEncode(text);
  }

  @Override
  public RangeAnswer get(String key, String ifMatch, long first, long last) throws StoreException {
    return get(key, ifMatch, "Range", "bytes=" + first + "-" + last);
  }

  @Override
  public RangeAnswer getWhole(String key, String ifMatch) throws StoreException {
    return get(key, ifMatch, ObjectChecksum.MODE_HEADER, ObjectChecksum.MODE);
  }

  private RangeAnswer get(String key, String ifMatch, String header, String value)
      throws StoreException {
    return access.direct(
        S3Operation.GET,
        key,
        (requests, atMost) ->
            new Answer(
                requests.get(
                    key, new Headers().add("If-Match", ifMatch).add(header, value), atMost)));
  }

  @Override
  public @Nullable ObjectChecksum checksum(String key, String ifMatch) throws StoreException {
    return access
        .direct(
            S3Operation.HEAD,
            key,
            (requests, atMost) -> {
              HttpResponse response =
                  requests.send(
                      "HEAD",
                      key,
                      "",
                      new Headers()
                          .add("If-Match", ifMatch)
                          .add(ObjectChecksum.MODE_HEADER, ObjectChecksum.MODE),
                      RequestBody.none(),
                      atMost);
              response.body().close();
              return Optional.ofNullable(ObjectChecksum.in(response.headers()::first));
            })
        .orElse(null);
  }

  @Override
  public Map<String, String> fields(String key) throws StoreException {
    return access.direct(
        S3Operation.HEAD,
        key,
        (requests, atMost) -> {
          Headers mode = new Headers().add(ObjectChecksum.MODE_HEADER, ObjectChecksum.MODE);
          HttpResponse response = requests.send("HEAD", key, "", mode, RequestBody.none(), atMost);
          response.body().close();
          Map<String, String> fields = new HashMap<>();
          response
              .headers()
              .forEach((name, value) -> fields.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
          return fields;
        });
  }

  private record Answer(HttpResponse response) implements RangeAnswer {
    @Override
    public @Nullable ObjectChecksum checksum() {
      return ObjectChecksum.in(response.headers()::first);
    }

    @Override
    public @Nullable String etag() {
      return response.headers().first("ETag");
    }

    @Override
    public @Nullable String requestId() {
      return response.headers().first("x-amz-request-id");
    }

    @Override
    public @Nullable String contentRange() {
      return response.headers().first("Content-Range");
    }

    @Override
    public @Nullable Long contentLength() {
      return response.body().length() < 0 ? null : response.body().length();
    }

    @Override
    public int read(ByteBuffer destination) throws IOException {
      return response.body().read(destination);
    }

    @Override
    public boolean isAtEnd() throws IOException {
      return response.body().read(ByteBuffer.allocate(1)) < 0;
    }

    @Override
    public void abort() {
      response.body().abort();
    }

    @Override
    public void discard() {
      response.body().discard();
    }
  }
}
