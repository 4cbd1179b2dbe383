package io.thins3.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** All through the SDK: for its own HTTP client, and for buckets that it alone can address. */
final class SdkCalls implements BucketCalls {
  private static final int BOUNCE_BYTES = 64 * 1024;

  private final BucketAccess access;

  SdkCalls(BucketAccess access) {
    this.access = access;
  }

  @Override
  public HeadAnswer head(String key) throws StoreException {
    HeadObjectRequest request =
        HeadObjectRequest.builder().bucket(access.bucket()).key(key).build();
    HeadObjectResponse response =
        access.call(S3Operation.HEAD, key, client -> client.headObject(request));
    return new HeadAnswer(key, response.contentLength(), response.eTag(), response.lastModified());
  }

  @Override
  public ListAnswer list(ListRequest request, boolean older) throws StoreException {
    if (older) {
      return listOlder(request);
    }
    ListObjectsV2Request sdk = sdk(access.bucket(), request);
    ListObjectsV2Response response =
        access.call(S3Operation.LIST, request.prefix(), client -> client.listObjectsV2(sdk));
    ListAnswer answer = answer(response.contents(), response.commonPrefixes());
    answer.setTruncated(Boolean.TRUE.equals(response.isTruncated()));
    answer.setNextToken(response.nextContinuationToken());
    return answer;
  }

  private ListAnswer listOlder(ListRequest request) throws StoreException {
    ListObjectsRequest sdk = sdkOlder(access.bucket(), request);
    ListObjectsResponse response =
        access.call(S3Operation.LIST, request.prefix(), client -> client.listObjects(sdk));
    ListAnswer answer = answer(response.contents(), response.commonPrefixes());
    answer.setTruncated(Boolean.TRUE.equals(response.isTruncated()));
    answer.setNextMarker(response.nextMarker());
    return answer;
  }

  private static ListAnswer answer(List<S3Object> contents, List<CommonPrefix> prefixes) {
    ListAnswer answer = new ListAnswer();
    for (S3Object object : contents) {
      answer.add(
          object.key(),
          object.size() == null ? ListAnswer.MISSING : object.size(),
          object.eTag(),
          object.lastModified() == null
              ? ListAnswer.MISSING
              : object.lastModified().getEpochSecond());
    }
    for (CommonPrefix common : prefixes) {
      answer.addPrefix(common.prefix());
    }
    return answer;
  }

  /**
   * The listing is asked for with {@code encoding-type=url}, because XML cannot carry every key;
   * the SDK decodes where the answer says that it is encoded.
   */
  static ListObjectsV2Request sdk(String bucket, ListRequest request) {
    return ListObjectsV2Request.builder()
        .bucket(bucket)
        .prefix(request.prefix().isEmpty() ? null : request.prefix())
        .delimiter(request.delimiter())
        .startAfter(request.startAfter())
        .continuationToken(request.continuationToken())
        .maxKeys(request.maxKeys())
        .encodingType(EncodingType.URL)
        .build();
  }

  /** The same for ListObjects. */
  static ListObjectsRequest sdkOlder(String bucket, ListRequest request) {
    return ListObjectsRequest.builder()
        .bucket(bucket)
        .prefix(request.prefix().isEmpty() ? null : request.prefix())
        .delimiter(request.delimiter())
        .marker(request.marker())
        .maxKeys(request.maxKeys())
        .encodingType(EncodingType.URL)
        .build();
  }

  @Override
  public RangeAnswer get(String key, String ifMatch, long first, long last) throws StoreException {
    return get(key, ifMatch, builder -> builder.range("bytes=" + first + "-" + last));
  }

  @Override
  public RangeAnswer getWhole(String key, String ifMatch) throws StoreException {
    return get(key, ifMatch, builder -> builder.overrideConfiguration(SdkCalls::checksumMode));
  }

  /**
   * As a plain header: by the request's own member the SDK would compare the body itself, and fail
   * a read that is right, because it knows no CRC64NVME without a native library.
   */
  private static void checksumMode(AwsRequestOverrideConfiguration.Builder configuration) {
    configuration.putHeader(ObjectChecksum.MODE_HEADER, ObjectChecksum.MODE);
  }

  @Override
  public @Nullable ObjectChecksum checksum(String key, String ifMatch) throws StoreException {
    HeadObjectRequest request =
        HeadObjectRequest.builder()
            .bucket(access.bucket())
            .key(key)
            .ifMatch(ifMatch)
            .overrideConfiguration(SdkCalls::checksumMode)
            .build();
    return in(
        access.call(S3Operation.HEAD, key, client -> client.headObject(request)).sdkHttpResponse());
  }

  @Override
  public Map<String, String> fields(String key) throws StoreException {
    HeadObjectRequest request =
        HeadObjectRequest.builder()
            .bucket(access.bucket())
            .key(key)
            .overrideConfiguration(SdkCalls::checksumMode)
            .build();
    Map<String, String> fields = new HashMap<>();
    access
        .call(S3Operation.HEAD, key, client -> client.headObject(request))
        .sdkHttpResponse()
        .forEachHeader((name, values) -> fields.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    return fields;
  }

  private static @Nullable ObjectChecksum in(SdkHttpResponse response) {
    return ObjectChecksum.in(name -> response.firstMatchingHeader(name).orElse(null));
  }

  private RangeAnswer get(String key, String ifMatch, Consumer<GetObjectRequest.Builder> what)
      throws StoreException {
    GetObjectRequest request =
        GetObjectRequest.builder()
            .bucket(access.bucket())
            .key(key)
            .ifMatch(ifMatch)
            .applyMutation(what)
            .build();
    return new Answer(access.call(S3Operation.GET, key, client -> client.getObject(request)));
  }

  private static final class Answer implements RangeAnswer {
    private final ResponseInputStream<GetObjectResponse> body;
    private byte @Nullable [] bounce;

    Answer(ResponseInputStream<GetObjectResponse> body) {
      this.body = body;
    }

    @Override
    public @Nullable ObjectChecksum checksum() {
      return in(body.response().sdkHttpResponse());
    }

    @Override
    public @Nullable String etag() {
      return body.response().eTag();
    }

    @Override
    public @Nullable String requestId() {
      return body.response().responseMetadata().requestId();
    }

    @Override
    public @Nullable String contentRange() {
      return body.response().contentRange();
    }

    @Override
    public @Nullable Long contentLength() {
      return body.response().contentLength();
    }

    @Override
    public int read(ByteBuffer destination) throws IOException {
      int position = destination.position();
      if (destination.hasArray()) {
        int offset = destination.arrayOffset() + position;
        int read = body.read(destination.array(), offset, destination.remaining());
        destination.position(position + Math.max(0, read));
        return read;
      }
      if (bounce == null) {
        bounce = new byte[Math.min(BOUNCE_BYTES, destination.remaining())];
      }
      int read = body.read(bounce, 0, Math.min(bounce.length, destination.remaining()));
      destination.put(bounce, 0, Math.max(0, read));
      return read;
    }

    @Override
    public boolean isAtEnd() throws IOException {
      return body.read() < 0;
    }

    @Override
    public void abort() {
      body.abort();
    }

    @Override
    public void discard() {
      body.abort();
    }
  }
}
